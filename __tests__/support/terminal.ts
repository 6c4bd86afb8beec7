import type { Colours } from "../../cli/output/terminal";

const same = (text: string): string => text;

/** No colours. */
export const plainColours: Colours = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
