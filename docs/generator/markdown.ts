/** A table with columns as wide as Prettier makes them, or nothing where there is no row. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")));
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => lengthOf(row[column] ?? ""))));
  const line = (cells: readonly string[], fill: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "") + fill.repeat(width - lengthOf(cells[column] ?? ""))).join(" | ")} |`;
  const [first = [], ...others] = all;
  return [line(first, " "), line([], "-"), ...others.map((row) => line(row, " "))].join("\n");
}

/** A heading and what is below it, or nothing where there is nothing below it. */
export function section(title: string, ...blocks: readonly string[]): string {
  const body = blocks.filter((block) => block !== "").join("\n\n");
  return body === "" ? "" : `## ${title}\n\n${body}`;
}

export function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${text}${fence}`;
}

export function codes(texts: readonly string[]): string {
  return texts.map(code).join(", ");
}

/** The text between two marks of a page replaced by another. */
export function withTextBetween(page: string, mark: string, text: string): string {
  const [before, , after] = cut(page, mark);
  return `${before}\n\n${text}\n\n${after}`;
}

/** @throws Error when the page lacks one of the marks `<!-- mark -->` and `<!-- end of mark -->`. */
function cut(page: string, mark: string): [string, string, string] {
  const [open, close] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const [begin, end] = [page.indexOf(open), page.indexOf(close)];
  if (begin < 0 || end < begin) throw new Error(`there is no ${open} with ${close} below it`);
  return [page.slice(0, begin + open.length), page.slice(begin + open.length, end), page.slice(end)];
}

const characters = new Intl.Segmenter("en");

/** Characters as a person counts them. */
function lengthOf(text: string): number {
  return [...characters.segment(text)].length;
}
