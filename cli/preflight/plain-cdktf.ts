import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Finding } from "./capacity";

/** The successor's command; the docs name the same version. */
const successor = "npx cdktn-cli@0.24.0";

/**
 * Whether `npx cdktf` can start: it ends without a word of ours where its terminal module has no binary for the machine.
 *
 * @param load loads a module of the project. Default: Node's own way
 */
export function plainCdktfFinding(
  top: string,
  load: (module: string) => unknown = createRequire(join(top, "package.json")),
): Finding {
  if (!existsSync(join(top, "node_modules", "cdktf-cli"))) {
    return { level: "ok", text: "npx cdktf: not installed, and ./datalab does not need it (npm ci brings it)" };
  }
  try {
    load("@cdktf/node-pty-prebuilt-multiarch");
    return { level: "ok", text: "npx cdktf: starts here" };
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    return {
      level: "warning",
      text:
        `npx cdktf: does not start with Node ${process.version} on ${process.platform}/${process.arch} (${reason}). ` +
        `./datalab does not need it; for plain CDK for Terraform run ${successor} in its place (Node 22.19 or newer).`,
    };
  }
}
