import { existsSync, readFileSync } from "node:fs";
import { PreflightError } from "../../exit";

/** One resource as a state file has it. */
export interface StateResource {
  /** `docker_container.minio`. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** The provider's id: the engine's id of a container or network. */
  readonly id: string;
  readonly tainted: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface StateFile {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly status?: string; readonly attributes: Record<string, unknown> }[];
  }[];
}

/**
 * Reads a local state file; a missing or empty one holds nothing.
 *
 * @throws PreflightError when it is damaged: a full disk can cut it off.
 */
export function readState(file: string): StateResource[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (text.trim() === "") return [];
  try {
    return parseState(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PreflightError(
      `${file} is not a Terraform state (${error.message}), perhaps because the disk was full while it was written. ` +
        `Terraform keeps the one before in ${file}.backup: put it in place and run the command again.`,
    );
  }
}

/** The managed resources in the text of a state file. */
export function parseState(text: string): StateResource[] {
  return ((JSON.parse(text) as StateFile).resources ?? [])
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name, instances }) =>
      instances.map((instance) => ({
        address: `${type}.${name}`,
        type,
        name,
        id: typeof instance.attributes["id"] === "string" ? instance.attributes["id"] : "",
        tainted: instance.status === "tainted",
        attributes: instance.attributes,
      })),
    );
}
