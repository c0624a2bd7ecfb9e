/** The jobs of the sample shop: what the drawings say. Every program follows from these numbers. */

export interface Hole {
    drill: number;
    /** Metric thread, when the hole is tapped. */
    thread?: { size: number; pitch: number };
    /** Full-diameter depth of a blind hole; a through hole has none. */
    depth?: number;
    at: { x: number; y: number }[];
}

export interface Part {
    number: number;
    folder: string;
    /** In the letters a control can show: no umlauts, no brackets. */
    title: string;
    revision: string;
    material: keyof typeof materials;
    machine: keyof typeof machines;
    programmer: string;
    posted: string;
    length: number;
    width: number;
    thickness: number;
    corner: number;
    pocket?: { length: number; width: number; depth: number; corner: number };
    bore?: number;
    counterbore?: { diameter: number; depth: number };
    holes: Hole[];
    /** Ports on the long side, which make a third setup. */
    sidePorts?: Hole & { spotFace: number };
}

/** Cutting speed of carbide in m/min, tooth load as a share of the diameter, depth of cut in diameters. */
export const materials = {
    'AL 6061-T6': { speed: 340, drillSpeed: 110, tapSpeed: 12, tooth: 0.0055, depth: 0.7 },
    'AL 7075-T651': { speed: 320, drillSpeed: 100, tapSpeed: 12, tooth: 0.005, depth: 0.6 },
    '42CRMO4 QT': { speed: 140, drillSpeed: 70, tapSpeed: 7, tooth: 0.0042, depth: 0.4 },
    '316L': { speed: 95, drillSpeed: 45, tapSpeed: 5, tooth: 0.0035, depth: 0.35 },
} as const;

export const machines = {
    'HAAS VF-2SS': { maxRpm: 12000, rigidTap: '' },
    'HAAS VF-4SS': { maxRpm: 12000, rigidTap: '' },
    'DOOSAN DNM 5700': { maxRpm: 8000, rigidTap: 'M29' },
} as const;

const M5 = { drill: 4.2, thread: { size: 5, pitch: 0.8 } };
const M6 = { drill: 5, thread: { size: 6, pitch: 1 } };
const M8 = { drill: 6.8, thread: { size: 8, pitch: 1.25 } };
const M14x1_5 = { drill: 12.5, thread: { size: 14, pitch: 1.5 } };

function corners(length: number, width: number, inset: number): { x: number; y: number }[] {
    const [right, top] = [length - inset, width - inset];
    return [
        { x: inset, y: inset },
        { x: right, y: inset },
        { x: right, y: top },
        { x: inset, y: top },
    ];
}

function boltCircle(x: number, y: number, diameter: number, count: number, firstAngle = 0): { x: number; y: number }[] {
    return Array.from({ length: count }, (_, hole) => {
        const angle = ((firstAngle + (360 * hole) / count) * Math.PI) / 180;
        return { x: x + (diameter / 2) * Math.cos(angle), y: y + (diameter / 2) * Math.sin(angle) };
    });
}

export const parts: Part[] = [
    {
        number: 4801247,
        folder: '4801247 Bracket',
        title: 'BRACKET',
        revision: 'C',
        material: 'AL 6061-T6',
        machine: 'HAAS VF-2SS',
        programmer: 'MARIA',
        posted: '2026-09-14',
        length: 120,
        width: 80,
        thickness: 20,
        corner: 10,
        pocket: { length: 72, width: 40, depth: 12, corner: 8 },
        holes: [{ ...M6, at: corners(120, 80, 12) }],
    },
    {
        number: 4801310,
        folder: '4801310 Manifold',
        title: 'MANIFOLD',
        revision: 'B',
        material: 'AL 7075-T651',
        machine: 'HAAS VF-4SS',
        programmer: 'DAVE',
        posted: '2026-10-06',
        length: 150,
        width: 70,
        thickness: 40,
        corner: 4,
        holes: [
            {
                drill: 8,
                depth: 32,
                at: [
                    { x: 30, y: 35 },
                    { x: 60, y: 35 },
                    { x: 90, y: 35 },
                    { x: 120, y: 35 },
                ],
            },
            { drill: 6.6, at: corners(150, 70, 9) },
        ],
        sidePorts: {
            ...M14x1_5,
            depth: 31,
            spotFace: 22,
            at: [
                { x: 30, y: 20 },
                { x: 60, y: 20 },
                { x: 90, y: 20 },
                { x: 120, y: 20 },
            ],
        },
    },
    {
        number: 4801352,
        folder: '4801352 Bearing Housing',
        title: 'BEARING HOUSING',
        revision: 'A',
        material: '42CRMO4 QT',
        machine: 'DOOSAN DNM 5700',
        programmer: 'INGRID',
        posted: '2026-08-27',
        length: 110,
        width: 110,
        thickness: 32,
        corner: 12,
        bore: 52,
        counterbore: { diameter: 62, depth: 6 },
        holes: [
            { ...M8, depth: 18, at: boltCircle(55, 55, 80, 6, 30) },
            { drill: 8.5, at: corners(110, 110, 11) },
        ],
    },
    {
        number: 4801366,
        folder: '4801366 Kühlplatte',
        title: 'KUEHLPLATTE',
        revision: 'D',
        material: 'AL 6061-T6',
        machine: 'HAAS VF-4SS',
        programmer: 'TOMAS',
        posted: '2026-11-02',
        length: 180,
        width: 120,
        thickness: 16,
        corner: 8,
        pocket: { length: 150, width: 90, depth: 6, corner: 8 },
        holes: [{ ...M5, depth: 10, at: corners(180, 120, 7.5) }],
    },
    {
        number: 4801377,
        folder: '4801377 Motor Plate',
        title: 'MOTOR PLATE',
        revision: 'B',
        material: 'AL 6061-T6',
        machine: 'HAAS VF-2SS',
        programmer: 'MARIA',
        posted: '2026-10-21',
        length: 160,
        width: 140,
        thickness: 12,
        corner: 15,
        bore: 73,
        holes: [
            { drill: 8.5, at: boltCircle(80, 70, 98.4, 4, 45) },
            { drill: 6.6, at: corners(160, 140, 12) },
        ],
    },
    {
        number: 4801389,
        folder: '4801389 Valve Block',
        title: 'VALVE BLOCK',
        revision: 'A',
        material: '316L',
        machine: 'DOOSAN DNM 5700',
        programmer: 'INGRID',
        posted: '2026-11-12',
        length: 84,
        width: 60,
        thickness: 36,
        corner: 3,
        bore: 24,
        holes: [{ ...M6, depth: 14, at: boltCircle(42, 30, 42, 4, 45) }],
        sidePorts: {
            ...M14x1_5,
            depth: 19,
            spotFace: 22,
            at: [{ x: 42, y: 18 }],
        },
    },
];
