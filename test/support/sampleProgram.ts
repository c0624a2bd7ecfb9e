/** Writes one milling program in the Fanuc dialect that Haas and Doosan machines share. Millimetres, G94. */

export interface Tool {
    number: number;
    name: string;
    diameter: number;
    flutes: number;
}

export interface Header {
    programNumber: number;
    title: string;
    revision: string;
    material: string;
    machine: string;
    programmer: string;
    posted: string;
    notes: string[];
}

export interface Position {
    x?: number;
    y?: number;
    z?: number;
}

interface Spindle {
    rpm: number;
    workOffset: string;
    /** The XY over which the tool comes down. */
    x: number;
    y: number;
}

const retractZ = 25;

/** Without the point a control may read `X5` as 5 microns, so every number keeps its decimal point. */
export function word(letter: string, value: number): string {
    const digits = value.toFixed(3).replace(/0+$/, '');
    return letter + (digits === '-0.' ? '0.' : digits);
}

export class Program {
    private readonly body: string[] = [];
    private readonly tools: Tool[] = [];
    private operations = 0;
    private readonly modal = new Map<string, string>();

    constructor(private readonly header: Header) {}

    /** A line that changes no modal state. */
    line(text: string): void {
        this.body.push(text);
    }

    comment(text: string): void {
        this.line(`(${text})`);
    }

    startTool(tool: Tool, operation: string, spindle: Spindle): void {
        if (this.tools.length > 0) {
            this.line('M1');
            this.line('');
        }
        if (!this.tools.some((earlier) => earlier.number === tool.number)) {
            this.tools.push(tool);
        }
        this.modal.clear();
        this.operations += 1;
        this.comment(operation);
        this.line(`N${this.operations} T${tool.number} M6`);
        const start = `${word('X', spindle.x)} ${word('Y', spindle.y)}`;
        this.line(`G0 G90 ${spindle.workOffset} ${start} S${spindle.rpm} M3`);
        this.line(`G43 H${tool.number} ${word('Z', retractZ)} M8`);
        this.modal.set('G', 'G0');
        this.remember({ x: spindle.x, y: spindle.y, z: retractZ });
    }

    rapid(to: Position): void {
        this.move('G0', to, []);
    }

    feed(to: Position, rate: number): void {
        this.move('G1', to, this.feedWord(rate));
    }

    /** `i` and `j` lead from the start of the arc to its centre. */
    arc(direction: 'G2' | 'G3', to: Position, i: number, j: number, rate: number): void {
        const centre = [...(i === 0 ? [] : [word('I', i)]), ...(j === 0 ? [] : [word('J', j)])];
        this.move(direction, to, [...centre, ...this.feedWord(rate)]);
    }

    /** Cutter compensation starts and ends on a straight line only, so it is one block with that line. */
    compensate(code: string, to: Position, rate: number): void {
        this.body.push(['G1', code, ...this.changed(to), ...this.feedWord(rate)].join(' '));
        this.modal.set('G', 'G1');
    }

    cannedCycle(cycle: string, holes: readonly Position[]): void {
        this.modal.delete('X');
        this.modal.delete('Y');
        const [first, ...rest] = holes;
        this.line(`G98 ${cycle}`.replace('@', this.changed(first ?? {}).join(' ')).replace(/ {2,}/g, ' '));
        rest.forEach((hole) => this.line(this.changed(hole).join(' ')));
        this.line('G80');
        this.modal.clear();
    }

    endTool(): void {
        this.rapid({ z: retractZ });
        this.line('M9');
        this.line('M5');
        this.line('G91 G28 Z0.');
    }

    toString(): string {
        const { programNumber, title, revision, material, machine, programmer, posted, notes } = this.header;
        const lines = [
            '%',
            `O${String(programNumber).padStart(4, '0')} (${title})`,
            `(REV ${revision})`,
            `(MATERIAL - ${material})`,
            `(MACHINE - ${machine})`,
            `(PROGRAMMER - ${programmer}  POSTED ${posted})`,
            ...notes.map((note) => `(${note})`),
            '(TOOL LIST)',
            ...this.tools.map(({ number, name }) => `(T${number} - ${name} - H${number} D${number})`),
            '',
            'G21',
            'G0 G17 G40 G49 G80 G90 G94',
            'G91 G28 Z0.',
            '',
            ...this.body,
            'G28 Y0.',
            'G90',
            'M30',
            '%',
            '',
        ];
        // Controls read DNC and USB programs from Windows PCs, which is where these are posted.
        return lines.join('\r\n');
    }

    private move(code: string, to: Position, tail: string[]): void {
        const words = this.changed(to);
        const isArc = code === 'G2' || code === 'G3';
        if (words.length === 0 && !isArc) {
            return;
        }
        const motion = this.modal.get('G') === code ? [] : [code];
        this.modal.set('G', code);
        this.body.push([...motion, ...words, ...tail].join(' '));
    }

    private changed(to: Position): string[] {
        const words = Object.entries(to).map(([axis, value]) => word(axis.toUpperCase(), value as number));
        const fresh = words.filter((text) => this.modal.get(text.charAt(0)) !== text);
        this.remember(to);
        return fresh;
    }

    private remember(to: Position): void {
        for (const [axis, value] of Object.entries(to)) {
            const letter = axis.toUpperCase();
            this.modal.set(letter, word(letter, value as number));
        }
    }

    private feedWord(rate: number): string[] {
        const text = word('F', Math.round(rate));
        if (this.modal.get('F') === text) {
            return [];
        }
        this.modal.set('F', text);
        return [text];
    }
}
