import { createColors } from "picocolors";
import { processEnvironment } from "../process-environment";

export interface Colours {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/**
 * Where a command writes. Results go to standard output. What happens meanwhile goes there too,
 * or to standard error when the result is JSON, so that the output can be piped.
 */
export class Terminal {
  readonly colours: Colours;
  private readonly notes: NodeJS.WriteStream;
  private readonly cursor: boolean;

  constructor(readonly json: boolean) {
    this.notes = json ? process.stderr : process.stdout;
    const { colours, cursor } = processEnvironment();
    this.colours = createColors(this.notes.isTTY && colours);
    this.cursor = cursor;
  }

  /** Whether lines may be drawn over. */
  get live(): boolean {
    return this.notes.isTTY && this.cursor;
  }

  /** Width in columns; 100 where there is no screen. */
  get columns(): number {
    return this.notes.columns || 100;
  }

  /** Height in lines; 24 where there is no screen. */
  get rows(): number {
    return this.notes.rows || 24;
  }

  /** What happens meanwhile. */
  note(text: string): void {
    this.notes.write(`${text}\n`);
  }

  /** Writes to the same place without ending the line. */
  raw(text: string): void {
    this.notes.write(text);
  }

  /** The result, for a person. */
  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** The result, for a program. */
  printJson(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A message about a mistake or failure. */
  complain(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}
