import { homedir } from "node:os";

/** What the command line takes from the variables of its own process. The only file of it that reads them. */
export interface ProcessEnvironment {
  readonly dockerHost: string | undefined;
  readonly dockerContext: string | undefined;
  /** Folder of Docker's own configuration. Default `~/.docker`. */
  readonly dockerConfig: string;
  readonly dockerCertPath: string | undefined;
  readonly dockerTlsVerify: boolean;
  /** The Terraform program. Default `terraform`; `TERRAFORM_BINARY_NAME` is cdktf's own name for it. */
  readonly terraformProgram: string;
  /** Folder in which Terraform shares providers between stacks, where the operator names one. */
  readonly pluginCache: string | undefined;
  /** False when `NO_COLOR` is set, or the terminal is a dumb one. */
  readonly colours: boolean;
  /** False when the terminal can only write line after line (`TERM=dumb`). */
  readonly cursor: boolean;
}

/** Reads the variables. */
export function processEnvironment(): ProcessEnvironment {
  const { env } = process;
  const dumb = env["TERM"] === "dumb";
  return {
    dockerHost: nonEmpty(env["DOCKER_HOST"]),
    dockerContext: nonEmpty(env["DOCKER_CONTEXT"]),
    dockerConfig: nonEmpty(env["DOCKER_CONFIG"]) ?? `${homedir()}/.docker`,
    dockerCertPath: nonEmpty(env["DOCKER_CERT_PATH"]),
    dockerTlsVerify: nonEmpty(env["DOCKER_TLS_VERIFY"]) !== undefined,
    terraformProgram: nonEmpty(env["TERRAFORM_BINARY_NAME"]) ?? "terraform",
    pluginCache: nonEmpty(env["TF_PLUGIN_CACHE_DIR"]),
    colours: nonEmpty(env["NO_COLOR"]) === undefined && !dumb,
    cursor: !dumb,
  };
}

/** The variables of a child process: those of this one, with `changes` laid over them; `undefined` removes one. */
export function childEnvironment(changes: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
