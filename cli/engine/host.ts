import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PreflightError } from "../exit";
import type { ProcessEnvironment } from "../process-environment";

/** Folder with `ca.pem`, `cert.pem` and `key.pem`. */
export type CertificateFolder = string;

/** Where the Docker engine is. */
export interface EngineHost {
  /** `unix://…`, `tcp://…`, `ssh://…` or `npipe://…`. */
  readonly address: string;
  readonly certificates?: CertificateFolder;
  /** Where the address comes from, for messages. */
  readonly source: string;
  /** Whether the engine shares this machine's ports, memory and disks. */
  readonly local: boolean;
}

const defaultAddress = process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";

/**
 * Finds the engine as Docker's own command does: `DOCKER_HOST`, then `DOCKER_CONTEXT`, then the context in use, then the default.
 *
 * @throws PreflightError when a context is named that does not exist.
 */
export function findEngineHost(environment: ProcessEnvironment): EngineHost {
  if (environment.dockerHost !== undefined) {
    const certificates = environment.dockerTlsVerify
      ? (environment.dockerCertPath ?? environment.dockerConfig)
      : undefined;
    return host(environment.dockerHost, "DOCKER_HOST", certificates);
  }
  const named = environment.dockerContext ?? currentContext(environment.dockerConfig);
  if (named === undefined || named === "default") return host(defaultAddress, "the default address", undefined);
  return contextHost(environment.dockerConfig, named);
}

function host(address: string, source: string, certificates: CertificateFolder | undefined): EngineHost {
  const local =
    address.startsWith("unix:") || address.startsWith("npipe:") || /^tcp:\/\/(localhost|127\.)/.test(address);
  return { address, source, local, ...(certificates === undefined ? {} : { certificates }) };
}

function currentContext(folder: string): string | undefined {
  const file = join(folder, "config.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { currentContext?: string }).currentContext;
}

function contextHost(folder: string, name: string): EngineHost {
  const id = createHash("sha256").update(name).digest("hex");
  const file = join(folder, "contexts", "meta", id, "meta.json");
  if (!existsSync(file)) {
    throw new PreflightError(`The Docker context "${name}" does not exist. Choose another: docker context use default`);
  }
  const meta = JSON.parse(readFileSync(file, "utf8")) as { Endpoints?: { docker?: { Host?: string } } };
  const certificates = join(folder, "contexts", "tls", id, "docker");
  return host(
    meta.Endpoints?.docker?.Host ?? defaultAddress,
    `the Docker context "${name}"`,
    existsSync(certificates) ? certificates : undefined,
  );
}

/** The variables with which a child process (Terraform) reaches the same engine. */
export function hostVariables(engine: EngineHost): Record<string, string | undefined> {
  return {
    DOCKER_HOST: engine.address,
    DOCKER_CONTEXT: undefined,
    ...(engine.certificates === undefined ? {} : { DOCKER_CERT_PATH: engine.certificates, DOCKER_TLS_VERIFY: "1" }),
  };
}
