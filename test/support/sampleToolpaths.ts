/** Toolpaths for the sample programs. Z0 is the finished top face; a path starts and ends clear of the part. */

import type { Position, Program, Tool } from './sampleProgram';

export interface Box {
    x: number;
    y: number;
    length: number;
    width: number;
    corner: number;
}

interface Centre {
    x: number;
    y: number;
}

export interface Feeds {
    cut: number;
    plunge: number;
}

const clearanceZ = 3;

/** Equal steps, none deeper than `step`, the last one exactly at `to`. */
export function depths(from: number, to: number, step: number): number[] {
    const count = Math.max(1, Math.ceil((from - to) / step - 1e-9));
    return Array.from({ length: count }, (_, pass) => from + ((to - from) * (pass + 1)) / count);
}

export function faceRows(stock: Box, tool: Tool): number[] {
    const count = Math.ceil(stock.width / (tool.diameter * 0.7));
    return Array.from({ length: count }, (_, row) => stock.y + (stock.width * (row + 0.5)) / count);
}

export function faceStartX(stock: Box, tool: Tool): number {
    return stock.x - tool.diameter / 2 - 5;
}

export function face(program: Program, tool: Tool, feeds: Feeds, stock: Box, levels: number[]): void {
    const rows = faceRows(stock, tool);
    const left = faceStartX(stock, tool);
    const right = stock.x + stock.length + tool.diameter / 2 + 5;
    for (const z of levels) {
        program.rapid({ x: left, y: rows[0] ?? 0 });
        program.rapid({ z: z + clearanceZ });
        program.feed({ z }, feeds.plunge);
        rows.forEach((y, row) => {
            program.feed({ y }, feeds.cut);
            program.feed({ x: row % 2 === 0 ? right : left }, feeds.cut);
        });
        program.rapid({ z: 10 });
    }
}

function clockwiseAround(program: Program, box: Box, rate: number): void {
    const { x, y, length, width, corner } = box;
    const [right, top, middle] = [x + length, y + width, y + width / 2];
    const round = (to: Position, i: number, j: number): void => {
        if (corner > 0) program.arc('G2', to, i, j, rate);
    };
    program.feed({ x, y: top - corner }, rate);
    round({ x: x + corner, y: top }, corner, 0);
    program.feed({ x: right - corner, y: top }, rate);
    round({ x: right, y: top - corner }, 0, -corner);
    program.feed({ x: right, y: y + corner }, rate);
    round({ x: right - corner, y }, -corner, 0);
    program.feed({ x: x + corner, y }, rate);
    round({ x, y: y + corner }, 0, corner);
    program.feed({ x, y: middle }, rate);
}

/** Programmed on the tool centre, so a roughing tool needs no D value at the machine. */
export function roughProfile(
    program: Program,
    feeds: Feeds,
    part: Box,
    offset: number,
    startX: number,
    levels: number[],
): void {
    const path = {
        x: part.x - offset,
        y: part.y - offset,
        length: part.length + 2 * offset,
        width: part.width + 2 * offset,
        corner: part.corner + offset,
    };
    program.rapid({ x: startX, y: path.y + path.width / 2 });
    for (const z of levels) {
        program.rapid({ z: z + clearanceZ });
        program.feed({ z }, feeds.plunge);
        program.feed({ x: path.x }, feeds.cut);
        clockwiseAround(program, path, feeds.cut);
        program.feed({ x: startX }, feeds.cut);
    }
}

/** On the drawing's size with G41, so the machinist can bring it into tolerance by the wear offset. */
export function finishProfile(program: Program, tool: Tool, feeds: Feeds, part: Box, z: number): void {
    const lead = tool.diameter;
    const middle = part.y + part.width / 2;
    program.rapid({ x: part.x - 2 * lead, y: middle - lead });
    program.rapid({ z: clearanceZ });
    program.feed({ z }, feeds.plunge);
    program.compensate(`G41 D${tool.number}`, { x: part.x - lead }, feeds.cut);
    program.arc('G3', { x: part.x, y: middle }, 0, lead, feeds.cut);
    clockwiseAround(program, part, feeds.cut);
    program.arc('G3', { x: part.x - lead, y: middle + lead }, -lead, 0, feeds.cut);
    program.compensate('G40', { x: part.x - 2 * lead }, feeds.cut);
}

function helix(program: Program, feeds: Feeds, x: number, y: number, radius: number, from: number, to: number): void {
    // A slope of 1 in 20 is what a centre-cutting end mill takes without choking on chips.
    const turns = depths(from, to, 2 * Math.PI * radius * 0.05);
    program.feed({ x: x + radius, y }, feeds.cut);
    turns.forEach((z) => program.arc('G3', { z }, -radius, 0, feeds.plunge * 2));
    program.arc('G3', {}, -radius, 0, feeds.cut);
}

function counterClockwiseInside(
    program: Program,
    x: number,
    y: number,
    halfX: number,
    halfY: number,
    corner: number,
    rate: number,
): void {
    const [left, right, bottom, top] = [x - halfX, x + halfX, y - halfY, y + halfY];
    const round = (to: Position, i: number, j: number): void => {
        if (corner > 0) program.arc('G3', to, i, j, rate);
    };
    program.feed({ x: right, y }, rate);
    program.feed({ y: top - corner }, rate);
    round({ x: right - corner, y: top }, -corner, 0);
    program.feed({ x: left + corner, y: top }, rate);
    round({ x: left, y: top - corner }, 0, -corner);
    program.feed({ x: left, y: bottom + corner }, rate);
    round({ x: left + corner, y: bottom }, corner, 0);
    program.feed({ x: right - corner, y: bottom }, rate);
    round({ x: right, y: bottom + corner }, 0, corner);
    program.feed({ y }, rate);
}

/** Rings from the middle outwards; `leave` stays on the walls. */
export function pocket(
    program: Program,
    tool: Tool,
    feeds: Feeds,
    box: Box,
    leave: number,
    from: number,
    levels: number[],
): void {
    const [x, y] = [box.x + box.length / 2, box.y + box.width / 2];
    const inset = tool.diameter / 2 + leave;
    const [halfX, halfY] = [box.length / 2 - inset, box.width / 2 - inset];
    const reach = Math.min(halfX, halfY);
    const rings = Math.ceil(reach / (tool.diameter * 0.45));
    let above = from;
    program.rapid({ x, y });
    for (const z of levels) {
        program.rapid({ z: above + 1 });
        program.feed({ z: above + 0.2 }, feeds.plunge);
        helix(program, feeds, x, y, Math.min(tool.diameter * 0.3, reach), above + 0.2, z);
        for (let ring = 1; ring <= rings; ring++) {
            const back = reach - (reach * ring) / rings;
            const corner = Math.max(0, box.corner - inset - back);
            counterClockwiseInside(program, x, y, halfX - back, halfY - back, corner, feeds.cut);
        }
        program.feed({ x, y, z: z + 0.5 }, feeds.cut);
        above = z;
    }
}

export function roughBore(
    program: Program,
    tool: Tool,
    feeds: Feeds,
    centre: Centre,
    diameter: number,
    leave: number,
    levels: number[],
): void {
    const reach = diameter / 2 - tool.diameter / 2 - leave;
    const rings = Math.ceil(reach / (tool.diameter * 0.45));
    let above = 0;
    program.rapid({ ...centre });
    for (const z of levels) {
        program.rapid({ z: above + 1 });
        program.feed({ z: above + 0.2 }, feeds.plunge);
        helix(program, feeds, centre.x, centre.y, reach / rings, above + 0.2, z);
        for (let ring = 2; ring <= rings; ring++) {
            const radius = (reach * ring) / rings;
            program.feed({ x: centre.x + radius }, feeds.cut);
            program.arc('G3', {}, -radius, 0, feeds.cut);
        }
        program.feed({ ...centre, z: z + 0.5 }, feeds.cut);
        above = z;
    }
}

export function finishBore(
    program: Program,
    tool: Tool,
    feeds: Feeds,
    centre: Centre,
    diameter: number,
    z: number,
): void {
    const radius = diameter / 2;
    const lead = (radius + tool.diameter / 2) / 2;
    program.rapid({ ...centre });
    program.rapid({ z: clearanceZ });
    program.feed({ z }, feeds.cut);
    program.compensate(`G41 D${tool.number}`, { x: centre.x + radius - lead, y: centre.y - lead }, feeds.cut);
    program.arc('G3', { x: centre.x + radius, y: centre.y }, 0, lead, feeds.cut);
    program.arc('G3', {}, -radius, 0, feeds.cut);
    program.arc('G3', { x: centre.x + radius - lead, y: centre.y + lead }, -lead, 0, feeds.cut);
    program.compensate('G40', { ...centre }, feeds.cut);
}

/** The cone's point is 2 mm below the edge it breaks, where an end mill of that shape cuts best. */
const coneBelowEdge = 2;

/** `size` by 45 degrees along the outside. */
export function chamferProfile(program: Program, feeds: Feeds, part: Box, startX: number, size: number): void {
    roughProfile(program, feeds, part, coneBelowEdge, startX, [-(size + coneBelowEdge)]);
}

export function chamferBore(program: Program, feeds: Feeds, centre: Centre, diameter: number, size: number): void {
    const radius = diameter / 2 - coneBelowEdge;
    program.rapid({ ...centre });
    program.rapid({ z: clearanceZ });
    program.feed({ z: -(size + coneBelowEdge) }, feeds.plunge);
    program.feed({ x: centre.x + radius }, feeds.cut);
    program.arc('G3', {}, -radius, 0, feeds.cut);
    program.feed({ ...centre }, feeds.cut);
}
