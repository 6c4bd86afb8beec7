import type { Command } from "../invocation";
export const run: Command = () => 1;
