/** Spotting, drilling and tapping of a setup's holes. */

import { type Hole, machines, materials, type Part } from './sampleJobs';
import { type Program, type Tool, word } from './sampleProgram';

// Pocket 4 in every machine; drills and taps take the free pockets from 20 up.
const spotDrill: Tool = { number: 4, name: '12MM SPOT DRILL 90 DEG', diameter: 12, flutes: 2 };

export function rpmFor(part: Part, metresPerMinute: number, diameter: number): number {
    const wanted = (metresPerMinute * 1000) / (Math.PI * diameter);
    return Math.min(machines[part.machine].maxRpm, Math.round(wanted / 10) * 10);
}

export function drill(program: Program, part: Part, holes: Hole[], offset = 'G54'): void {
    const { drillSpeed, tapSpeed } = materials[part.material];
    const begin = (tool: Tool, what: string, speed: number, hole: Hole): number => {
        const { x, y } = hole.at[0] ?? { x: 0, y: 0 };
        const rpm = rpmFor(part, speed, tool.diameter);
        program.startTool(tool, what, { rpm, workOffset: offset, x, y });
        return rpm;
    };
    holes.forEach((hole) => {
        const edge = (hole.thread?.size ?? hole.drill) + 0.6;
        const rpm = begin(spotDrill, `SPOT ${hole.at.length}X`, drillSpeed, hole);
        program.cannedCycle(`G81 @ ${word('Z', -Math.min(edge / 2, 5.5))} R2. F${Math.round(rpm * 0.1)}.`, hole.at);
        program.endTool();
    });
    holes.forEach((hole, index) => {
        const tool = { number: 20 + 2 * index, name: `${hole.drill}MM CARBIDE DRILL`, diameter: hole.drill, flutes: 2 };
        const depth = (hole.depth ?? part.thickness + 1) + 0.3 * hole.drill;
        const rpm = begin(
            tool,
            `DRILL ${hole.at.length}X DIA ${hole.drill}${hole.depth ? '' : ' THRU'}`,
            drillSpeed,
            hole,
        );
        const peck =
            depth > 3 * hole.drill
                ? `G83 @ ${word('Z', -depth)} R2. ${word('Q', hole.drill)}`
                : `G81 @ ${word('Z', -depth)} R2.`;
        program.cannedCycle(`${peck} F${Math.round(rpm * 0.016 * hole.drill)}.`, hole.at);
        program.endTool();
        if (hole.thread) {
            const { size, pitch } = hole.thread;
            const tap = { number: tool.number + 1, name: `M${size}X${pitch} TAP`, diameter: size, flutes: 3 };
            // Rounded to 20 so that speed times pitch is a whole feed: a rounded feed would tear the thread.
            const tapRpm = Math.round((tapSpeed * 1000) / (Math.PI * size) / 20) * 20;
            const { x, y } = hole.at[0] ?? { x: 0, y: 0 };
            program.startTool(tap, `RIGID TAP M${size}X${pitch}`, { rpm: tapRpm, workOffset: offset, x, y });
            const { rigidTap } = machines[part.machine];
            if (rigidTap) program.line(`${rigidTap} S${tapRpm}`);
            const tapDepth = Math.min(hole.depth ? hole.depth - 2.5 * pitch : part.thickness + 1, 1.5 * size);
            program.cannedCycle(`G84 @ ${word('Z', -tapDepth)} R5. F${Math.round(tapRpm * pitch)}.`, hole.at);
            program.endTool();
        }
    });
}
