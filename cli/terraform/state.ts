import { existsSync, readFileSync } from "node:fs";

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
 * @throws Error when it is no state file.
 */
export function readState(file: string): StateResource[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text.trim() === "" ? [] : parseState(text);
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
