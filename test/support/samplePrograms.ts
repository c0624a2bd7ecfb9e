/** The setups of a job, written as the shop's programmers write them. */

import { drill, rpmFor } from './sampleDrilling';
import { materials, type Part } from './sampleJobs';
import { type Header, Program, type Tool } from './sampleProgram';
import * as toolpaths from './sampleToolpaths';
import type { Box, Feeds } from './sampleToolpaths';

// The shop keeps these in the magazine of every machine.
const faceMill: Tool = { number: 1, name: '50MM FACE MILL 5 INSERTS', diameter: 50, flutes: 5 };
const rougher: Tool = { number: 2, name: '12MM END MILL 3FL CARBIDE ROUGH', diameter: 12, flutes: 3 };
const finisher: Tool = { number: 3, name: '10MM END MILL 4FL CARBIDE FINISH', diameter: 10, flutes: 4 };
const chamferMill: Tool = { number: 5, name: '10MM CHAMFER MILL 90 DEG', diameter: 10, flutes: 2 };

const sideStock = 3;
const topStock = 1.5;
const gripStock = 6;
const startX = -14;
const edgeBreak = 0.5;

function header(part: Part, operation: number, what: string, notes: string[]): Header {
    return {
        // The shop's rule: last three digits of the part, then the operation.
        programNumber: (part.number % 1000) * 10 + operation,
        title: `${part.number} ${part.title} OP${operation}`,
        revision: part.revision,
        material: part.material,
        machine: part.machine,
        programmer: part.programmer,
        posted: part.posted,
        notes: [`OP${operation} - ${what}`, ...notes],
    };
}

function outline(part: Part): Box {
    return { x: 0, y: 0, length: part.length, width: part.width, corner: part.corner };
}

function grown(box: Box, by: number): Box {
    return { x: box.x - by, y: box.y - by, length: box.length + 2 * by, width: box.width + 2 * by, corner: 0 };
}

/** Brings the tool over its first point and tells the feeds that go with its speed. */
function start(program: Program, part: Part, tool: Tool, what: string, x: number, y: number, offset = 'G54'): Feeds {
    const { speed, tooth } = materials[part.material];
    // A cone cuts near its tip, at a fraction of the shank's diameter.
    const rpm = rpmFor(part, speed, tool === chamferMill ? 5 : tool.diameter);
    const load = Math.min(0.12, tooth * Math.min(tool.diameter, 20));
    program.startTool(tool, what, { rpm, workOffset: offset, x, y });
    const cut = Math.round((rpm * tool.flutes * load) / 10) * 10;
    return { cut, plunge: Math.round(cut / 30) * 10 };
}

function faceDown(program: Program, part: Part, from: number): void {
    const stock = grown(outline(part), sideStock);
    const row = toolpaths.faceRows(stock, faceMill)[0] ?? 0;
    const feeds = start(program, part, faceMill, 'FACE TO Z0', toolpaths.faceStartX(stock, faceMill), row);
    toolpaths.face(program, faceMill, feeds, stock, toolpaths.depths(from, 0, 2));
    program.endTool();
}

export function firstOperation(part: Part): string {
    const { length, width, thickness, pocket, bore } = part;
    const stockSize = `${length + 2 * sideStock} X ${width + 2 * sideStock} X ${thickness + topStock + gripStock}`;
    const program = new Program(
        header(part, 1, 'TOP SIDE COMPLETE', [
            `STOCK ${stockSize}, GRIP 5 MM IN VISE`,
            'G54 X0 Y0 LOWER LEFT CORNER OF FINISHED PART, Z0 FINISHED TOP',
        ]),
    );
    const box = outline(part);
    const step = materials[part.material].depth * rougher.diameter;
    const centre = { x: length / 2, y: width / 2 };
    const floor = -(thickness + 0.5);
    faceDown(program, part, topStock);

    const rough = start(program, part, rougher, 'ROUGH PROFILE, LEAVE 0.3', startX, centre.y);
    toolpaths.roughProfile(program, rough, box, rougher.diameter / 2 + 0.3, startX, toolpaths.depths(0, floor, step));
    program.rapid({ z: 10 });
    const nest = pocket && {
        x: centre.x - pocket.length / 2,
        y: centre.y - pocket.width / 2,
        length: pocket.length,
        width: pocket.width,
        corner: pocket.corner,
    };
    if (pocket && nest) {
        program.comment('ROUGH POCKET, LEAVE 0.25 WALL 0.1 FLOOR');
        toolpaths.pocket(program, rougher, rough, nest, 0.25, 0, toolpaths.depths(0, 0.1 - pocket.depth, step));
    }
    if (bore) {
        program.comment(`ROUGH BORE DIA ${bore}, LEAVE 0.25`);
        toolpaths.roughBore(program, rougher, rough, centre, bore, 0.25, toolpaths.depths(0, floor, step));
    }
    program.endTool();

    const lead = 2 * finisher.diameter;
    const finish = start(program, part, finisher, 'FINISH PROFILE', -lead, centre.y - finisher.diameter);
    toolpaths.finishProfile(program, finisher, finish, box, floor);
    program.rapid({ z: 10 });
    if (pocket && nest) {
        program.comment('FINISH POCKET');
        toolpaths.pocket(program, finisher, finish, nest, 0, 0.1 - pocket.depth, [-pocket.depth]);
        program.rapid({ z: 10 });
    }
    if (bore) {
        program.comment(`FINISH BORE DIA ${bore} - CHECK SIZE, ADJUST D${finisher.number}`);
        toolpaths.finishBore(program, finisher, finish, centre, bore, floor);
    }
    program.endTool();

    drill(program, part, part.holes);
    const chamfer = start(program, part, chamferMill, `BREAK EDGES ${edgeBreak} X 45`, startX, centre.y);
    toolpaths.chamferProfile(program, chamfer, box, startX, edgeBreak);
    program.rapid({ z: 10 });
    if (bore) toolpaths.chamferBore(program, chamfer, centre, bore, edgeBreak);
    program.endTool();
    return program.toString();
}

export function secondOperation(part: Part): string {
    const program = new Program(
        header(part, 2, 'BACK SIDE', [
            'SOFT JAWS, PART AGAINST LEFT STOP',
            `G54 X0 Y0 LOWER LEFT CORNER, Z0 FINISHED BACK, ${part.thickness} MM TO JAW FLOOR`,
        ]),
    );
    const centre = { x: part.length / 2, y: part.width / 2 };
    faceDown(program, part, gripStock);
    const edge = part.counterbore ?? (part.bore ? { diameter: part.bore, depth: 0 } : undefined);
    if (part.counterbore) {
        const { diameter, depth } = part.counterbore;
        const step = materials[part.material].depth * rougher.diameter;
        const rough = start(program, part, rougher, `ROUGH COUNTERBORE DIA ${diameter}`, centre.x, centre.y);
        toolpaths.roughBore(program, rougher, rough, centre, diameter, 0.25, toolpaths.depths(0, 0.1 - depth, step));
        program.endTool();
        const finish = start(program, part, finisher, `FINISH COUNTERBORE DIA ${diameter} H7`, centre.x, centre.y);
        toolpaths.finishBore(program, finisher, finish, centre, diameter, -depth);
        program.endTool();
    }
    const chamfer = start(program, part, chamferMill, `BREAK EDGES ${edgeBreak} X 45`, startX, centre.y);
    toolpaths.chamferProfile(program, chamfer, outline(part), startX, edgeBreak);
    program.rapid({ z: 10 });
    if (edge) toolpaths.chamferBore(program, chamfer, centre, edge.diameter, edgeBreak);
    program.endTool();
    return program.toString();
}

export function sidePortOperation(part: Part): string {
    const program = new Program(
        header(part, 3, 'SIDE PORTS', ['PART ON EDGE, PORTS UP', 'G55 X0 Y0 LOWER LEFT CORNER OF SIDE, Z0 SIDE FACE']),
    );
    const ports = part.sidePorts;
    if (ports) {
        const first = ports.at[0] ?? { x: 0, y: 0 };
        const feeds = start(
            program,
            part,
            finisher,
            `SPOT FACE DIA ${ports.spotFace} X 1 DEEP`,
            first.x,
            first.y,
            'G55',
        );
        ports.at.forEach((port) => {
            toolpaths.roughBore(program, finisher, feeds, port, ports.spotFace, 0, [-1]);
            program.rapid({ z: 10 });
        });
        program.endTool();
        drill(program, part, [ports], 'G55');
    }
    return program.toString();
}

/** The nest in a pair of soft jaws that holds the part for its second operation. */
export function softJaws(part: Part): string {
    const program = new Program({
        ...header(part, 9, 'SOFT JAWS FOR OP2', [
            'AL JAWS CLAMPED ON A 10 MM BAR',
            'G56 X0 Y0 LOWER LEFT CORNER OF NEST, Z0 TOP OF JAWS',
        ]),
        material: 'AL 6061-T6',
    });
    const jaws: Part = { ...part, material: 'AL 6061-T6' };
    const nest = {
        ...outline(part),
        length: part.length + 0.05,
        width: part.width + 0.05,
        corner: Math.max(part.corner, 6),
    };
    const centre = { x: nest.length / 2, y: nest.width / 2 };
    const rough = start(program, jaws, rougher, 'ROUGH NEST 6 DEEP, LEAVE 0.25', centre.x, centre.y, 'G56');
    toolpaths.pocket(program, rougher, rough, nest, 0.25, 0, toolpaths.depths(0, -5.9, 3));
    program.endTool();
    const finish = start(program, jaws, finisher, 'FINISH NEST', centre.x, centre.y, 'G56');
    toolpaths.pocket(program, finisher, finish, nest, 0, -5.9, [-6]);
    program.endTool();
    return program.toString();
}
