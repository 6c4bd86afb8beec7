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
/** What a low screen shows first. */
const importance: readonly RowKind[] = ["bad", "busy", "waiting", "good"];

/**
 * One row for each component. On a terminal they are drawn over, at most as many as it has lines; elsewhere
 * each change is one plain line.
 */
export class Progress {
  private readonly rows = new Map<string, Row>();
  /** For each row, the lines that were printed, in order; only where rows are not drawn. */
  private readonly printed = new Map<string, string[]>();
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
    if (!this.terminal.live) this.print(name, kind, `  ${marks[kind]} ${name}: ${text}`);
  }

  /** The kind of a row, for callers that must not fall back. */
  kindOf(name: string): RowKind | undefined {
    return this.rows.get(name)?.kind;
  }

  /** A line that stays, above the rows. */
  note(text: string): void {
    if (this.terminal.live) this.draw(text.split("\n"));
    else this.terminal.note(text);
  }

  /** Draws the last state, all of it, and stops. */
  end(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.write(this.lines([...this.rows]));
    this.drawn = 0;
  }

  /** A row that goes back to what it was doing before, for a moment, is no news; nor is the same result again. */
  private print(name: string, kind: RowKind, line: string): void {
    const before = this.printed.get(name) ?? [];
    if (before.at(-1) === line || (kind === "busy" && before.includes(line))) return;
    this.printed.set(name, [...before, line]);
    this.terminal.note(line);
  }

  private draw(above: readonly string[] = []): void {
    // The cursor takes a line of its own, below the last row.
    const room = Math.max(1, this.terminal.rows - 1);
    const all = [...this.rows];
    if (all.length <= room) {
      this.write(this.lines(all), above);
      return;
    }
    const byImportance = importance.flatMap((kind) => all.filter(([, row]) => row.kind === kind));
    const shown = new Set(byImportance.slice(0, room - 1).map(([name]) => name));
    const rest = this.terminal.colours.dim(`  … ${all.length - shown.size} more`);
    this.write([...this.lines(all.filter(([name]) => shown.has(name))), rest], above);
  }

  /** Writes over what was drawn, line by line: where all is cleared at once, tmux keeps a copy in its history. */
  private write(lines: readonly string[], above: readonly string[] = []): void {
    // What has scrolled out of the screen cannot be reached: it may have become lower since.
    const reachable = Math.min(this.drawn, this.terminal.rows - 1);
    const up = reachable > 0 ? `\u001b[${reachable}A` : "";
    this.terminal.raw(`${up}${[...above, ...lines].map((line) => `${line}\u001b[K\n`).join("")}\u001b[J`);
    this.drawn = lines.length;
  }

  private lines(rows: readonly (readonly [string, Row])[]): string[] {
    const width = Math.max(0, ...[...this.rows.keys()].map((name) => name.length));
    return rows.map(([name, row]) => this.line(name.padEnd(width), row));
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
