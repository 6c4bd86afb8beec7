// Colour codes take no room on the screen.

const colourCodes = /\u001b\[\d+m/g;

/** Rows as text in columns, two spaces apart, without spaces at the ends of lines. */
export function table(rows: readonly (readonly string[])[], indent = ""): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, width(cell));
    });
  }
  return rows
    .map((row) => indent + row.map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - width(cell))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function width(text: string): number {
  return text.replaceAll(colourCodes, "").length;
}

/** Shortens a text to one line of at most `limit` characters. */
export function shorten(text: string, limit: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, Math.max(0, limit - 1))}…`;
}

/** Memory in MiB as a person writes it: `768 MiB`, `2.5 GiB`. */
export function memoryText(mebibytes: number): string {
  if (mebibytes < 1024) return `${Math.round(mebibytes)} MiB`;
  return `${Math.round((mebibytes / 1024) * 10) / 10} GiB`;
}

/** `1 stack`, `3 stacks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
