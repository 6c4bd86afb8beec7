import { createRequire } from "node:module";

type Forge = typeof import("node-forge");

/** The library that makes certificates. Loading it takes a while, and hardly any command makes one. */
export function forge(): Forge {
  return createRequire(__filename)("node-forge") as Forge;
}
