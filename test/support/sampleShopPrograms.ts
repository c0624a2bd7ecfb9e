/** What a shop keeps beside its jobs: fixture plates, warm-up programs, setup sheets. */

import type { Part } from './sampleJobs';
import { Program } from './sampleProgram';

/** Dowel and clamp holes on a 50 mm grid. */
export function tombstonePlate(): string {
    const program = new Program({
        programNumber: 5034,
        title: 'FX-034 TOMBSTONE PLATE',
        revision: 'A',
        material: 'C45 GROUND PLATE 300 X 200 X 25',
        machine: 'HAAS VF-4SS',
        programmer: 'DAVE',
        posted: '2026-05-18',
        notes: ['G54 X0 Y0 LOWER LEFT CORNER, Z0 TOP', 'PLATE ON 25 MM PARALLELS, KEEP THEM CLEAR OF THE HOLES'],
    });
    const grid = (inset: number, pitch: number): { x: number; y: number }[] => {
        const rows = [0, 1, 2, 3].map((row) => 25 + row * pitch);
        // Every other row runs back, which saves a rapid across the plate.
        return rows.flatMap((y, row) => {
            const xs = [0, 1, 2, 3, 4].map((column) => inset + column * pitch);
            return (row % 2 === 0 ? xs : xs.toReversed()).map((x) => ({ x, y }));
        });
    };
    const clamps = grid(25, 50);
    const dowels = grid(50, 50);
    const hole = (
        number: number,
        name: string,
        diameter: number,
        rpm: number,
        what: string,
        cycle: string,
        at: typeof clamps,
    ): void => {
        const { x, y } = at[0] ?? { x: 0, y: 0 };
        program.startTool({ number, name, diameter, flutes: 2 }, what, { rpm, workOffset: 'G54', x, y });
        program.cannedCycle(cycle, at);
        program.endTool();
    };
    hole(4, '12MM SPOT DRILL 90 DEG', 12, 2120, 'SPOT CLAMP HOLES', 'G81 @ Z-5.5 R2. F170.', clamps);
    hole(4, '12MM SPOT DRILL 90 DEG', 12, 2120, 'SPOT DOWEL HOLES', 'G81 @ Z-4.3 R2. F170.', dowels);
    hole(6, '10.2MM CARBIDE DRILL', 10.2, 2500, 'DRILL M12 THRU', 'G83 @ Z-29.1 R2. Q10. F400.', clamps);
    hole(7, '7.8MM CARBIDE DRILL', 7.8, 3270, 'DRILL UNDER DOWELS', 'G83 @ Z-28.4 R2. Q8. F400.', dowels);
    hole(8, '8H7 REAMER', 8, 480, 'REAM DOWELS 8H7', 'G85 @ Z-27. R2. F190.', dowels);
    hole(9, 'M12X1.75 TAP', 12, 240, 'RIGID TAP M12X1.75', 'G84 @ Z-27. R5. F420.', clamps);
    return program.toString();
}

/** Twelve minutes at rising speed: grease must spread before the bearings see full speed. */
export function warmUp(machine: string, maxRpm: number): string {
    const steps = [0.1, 0.25, 0.5, 0.75].map((share) => Math.round((maxRpm * share) / 100) * 100);
    const lines = [
        '%',
        `O0100 (${machine} SPINDLE WARM-UP)`,
        '(RUN AFTER MORE THAN 8 H STANDSTILL)',
        '(TABLE CLEAR, NO TOOL LONGER THAN 150 MM IN SPINDLE)',
        'G21',
        'G0 G17 G40 G49 G80 G90 G94',
        'G91 G28 Z0.',
        'G28 X0. Y0.',
        ...steps.flatMap((rpm, step) => {
            // Haas takes a whole P as milliseconds too, so the dwell is right on both makes.
            const move = step % 2 === 0 ? 'G1 X-200. Y-100. F2000.' : 'G1 X200. Y100. F2000.';
            return [`S${rpm} ${step === 0 ? 'M3' : ''}`.trim(), move, 'G4 P180000'];
        }),
        'M5',
        'G28 Z0.',
        'G28 Y0.',
        'G90',
        'M30',
        '%',
        '',
    ];
    return lines.join('\r\n');
}

export function setupSheet(part: Part): string {
    const { number, title, revision, machine, material, length, width, thickness } = part;
    return [
        `SETUP SHEET  ${number} ${title}  REV ${revision}`,
        '',
        `Machine   ${machine}`,
        `Material  ${material}`,
        `Finished  ${length} x ${width} x ${thickness} mm`,
        `Saw cut   ${length + 6} x ${width + 6} x ${thickness + 7.5} mm`,
        '',
        'OP1  Vise, 5 mm grip, part stop left.  G54 lower left corner of the finished part, Z0 finished top.',
        'OP2  Soft jaws, part against left stop.  G54 lower left corner, Z0 finished back.',
        ...(part.sidePorts ? ['OP3  On edge, ports up.  G55 lower left corner of the side, Z0 side face.'] : []),
        '',
        'First part: measure before OP2, size is adjusted with D3.',
        '',
    ].join('\r\n');
}
