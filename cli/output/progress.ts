import { shorten } from "./table";
import type { Terminal } from "./terminal";

/** How a row is drawn. */
export type RowKind = "waiting" | "busy" | "good" | "bad";

interface Row {
  kind: RowKind;
  text: string;
  since: number;
}

const marks: Readonly<Record<RowKind, string>> = { waiting: "·", busy: "…", good: "✔", bad: "✖" };
const redrawMilliseconds = 250;

/** One row for each component: drawn over on a terminal, one plain line for each change elsewhere. */
export class Progress {
  private readonly rows = new Map<string, Row>();
  private drawn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly terminal: Terminal,
    names: readonly string[],
  ) {
    for (const name of names) this.rows.set(name, { kind: "waiting", text: "waiting", since: Date.now() });
    if (terminal.live) {
      this.timer = setInterval(() => {
        this.draw();
      }, redrawMilliseconds);
    }
  }

  /** Says how something stands; saying the same again changes nothing. */
  set(name: string, kind: RowKind, text: string): void {
    const row = this.rows.get(name);
    if (row?.kind === kind && row.text === text) return;
    const since = row?.kind === kind && kind === "busy" ? row.since : Date.now();
    this.rows.set(name, { kind, text, since });
    if (!this.terminal.live) this.terminal.note(`  ${marks[kind]} ${name}: ${text}`);
  }

  /** The kind of a row, for callers that must not fall back. */
  kindOf(name: string): RowKind | undefined {
    return this.rows.get(name)?.kind;
  }

  /** A line that stays, above the rows. */
  note(text: string): void {
    this.clear();
    this.terminal.note(text);
    if (this.terminal.live) this.draw();
  }

  /** Draws the last state and stops. */
  end(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.draw();
  }

  private clear(): void {
    if (this.drawn > 0) this.terminal.raw(`\u001b[${this.drawn}A\u001b[J`);
    this.drawn = 0;
  }

  private draw(): void {
    const width = Math.max(0, ...[...this.rows.keys()].map((name) => name.length));
    const lines = [...this.rows].map(([name, row]) => this.line(name.padEnd(width), row));
    this.clear();
    this.terminal.raw(lines.map((line) => `${line}\n`).join(""));
    this.drawn = lines.length;
  }

  private line(name: string, { kind, text, since }: Row): string {
    const { colours } = this.terminal;
    const seconds = Math.round((Date.now() - since) / 1000);
    const clock = kind === "busy" && seconds > 0 ? ` ${seconds} s` : "";
    const room = this.terminal.columns - name.length - 6;
    const colour = { waiting: colours.dim, busy: colours.cyan, good: colours.green, bad: colours.red }[kind];
    return `  ${colour(marks[kind])} ${name}  ${colour(shorten(text + clock, room))}`;
  }
}
