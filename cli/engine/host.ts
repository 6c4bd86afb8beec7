import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PreflightError } from "../exit";
import type { ProcessEnvironment } from "../process-environment";
import { readJson } from "./docker-config";

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
 * @throws PreflightError when a context is named that does not exist, or an address is not well formed.
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

/** @throws PreflightError when nothing can be reached at such an address. */
function host(address: string, source: string, certificates: CertificateFolder | undefined): EngineHost {
  const mistake = mistakeIn(address);
  if (mistake !== undefined) {
    throw new PreflightError(
      `${source}: given ${JSON.stringify(address)}; allowed: unix:///path/to/socket, tcp://host:port, ssh://user@host, npipe:////./pipe/name. ${mistake}`,
    );
  }
  const local =
    address.startsWith("unix:") || address.startsWith("npipe:") || /^tcp:\/\/(localhost|127\.)/.test(address);
  return { address, source, local, ...(certificates === undefined ? {} : { certificates }) };
}

/** What is wrong with an engine's address, and what to write instead; undefined when it is well formed. */
function mistakeIn(address: string): string | undefined {
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1];
  if (scheme === undefined) {
    return address.startsWith("/")
      ? `Write unix://${address}.`
      : `Write the scheme as well, for example tcp://${address}.`;
  }
  if (!["unix", "npipe", "tcp", "http", "https", "ssh"].includes(scheme))
    return `"${scheme}" is not one of these schemes.`;
  if (scheme === "unix" || scheme === "npipe") {
    return address === `${scheme}://` ? "Write the path as well." : undefined;
  }
  // As a web address, because only of these the host is read as one.
  if (!URL.canParse(address.replace(/^[a-z]+/, "http"))) {
    return "Host or port is not well formed; a port is a number from 1 to 65535.";
  }
  return new URL(address.replace(/^[a-z]+/, "http")).port === "0" ? "A port is a number from 1 to 65535." : undefined;
}

function currentContext(folder: string): string | undefined {
  const file = join(folder, "config.json");
  if (!existsSync(file)) return undefined;
  return (readJson(file) as { currentContext?: string }).currentContext;
}

function contextHost(folder: string, name: string): EngineHost {
  const id = createHash("sha256").update(name).digest("hex");
  const file = join(folder, "contexts", "meta", id, "meta.json");
  if (!existsSync(file)) {
    throw new PreflightError(`The Docker context "${name}" does not exist. Choose another: docker context use default`);
  }
  const meta = readJson(file) as { Endpoints?: { docker?: { Host?: string } } };
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
