/** One figure with the bound that it has to keep. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  /** `×` for a ratio within the run, `s` or `MB` otherwise. */
  readonly unit: "×" | "s" | "MB";
  /** What the figure is made of. */
  readonly detail: string;
}

/** A figure that compares two durations. */
export function ratio(name: string, ours: number, theirs: number, bound: number): Figure {
  return {
    name,
    value: ours / theirs,
    bound,
    unit: "×",
    detail: `${ours.toFixed(2)} s against ${theirs.toFixed(2)} s`,
  };
}

/** Prints figures as a table, and tells whether all keep their bounds. */
export function report(figures: readonly Figure[]): boolean {
  const rows = figures.map(({ name, value, bound, unit, detail }) => ({
    figure: name,
    value: `${value.toFixed(2)} ${unit}`,
    bound: `≤ ${bound} ${unit}`,
    kept: value <= bound ? "yes" : "NO",
    detail,
  }));
  const header = { figure: "figure", value: "value", bound: "bound", kept: "kept", detail: "detail" };
  const columns = ["figure", "value", "bound", "kept", "detail"] as const;
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  for (const row of [header, ...rows]) {
    process.stdout.write(
      `${columns
        .map((column, index) => row[column].padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
  return figures.every(({ value, bound }) => value <= bound);
}
