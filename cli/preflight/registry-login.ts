import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { splitReference } from "../../constructs/core/image";
import type { RegistryLogin } from "../engine/client";
import { readJson } from "../engine/docker-config";
import { shorten } from "../output/table";
import { childEnvironment, processEnvironment } from "../process-environment";

/** What was found about an image's registry. */
export interface FoundLogin {
  readonly login?: RegistryLogin;
  /** Why a credential helper gave nothing, though it is named. The image may be public all the same. */
  readonly problem?: string;
}

interface DockerConfiguration {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  /** The helper for all registries: `desktop`, `osxkeychain`, … */
  readonly credsStore?: string;
  /** Helpers by registry: `ecr-login`, … */
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** As Docker's own command waits: a helper may ask the operator to unlock a key chain. */
const helperMilliseconds = 60_000;
/** The user name under which helpers hand out a token instead of a password. */
const tokenUser = "<token>";

/** The log-in for an image's registry: from the registry's own helper, the general one, or the configuration itself. */
export function registryLogin(reference: string): FoundLogin {
  const file = join(processEnvironment().dockerConfig, "config.json");
  if (!existsSync(file)) return {};
  const { auths = {}, credHelpers = {}, credsStore } = readJson(file) as DockerConfiguration;
  const { registry = "docker.io" } = splitReference(reference);
  // The name under which `docker login` has always kept Docker Hub.
  const server = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
  const helper = credHelpers[registry] ?? credHelpers[server] ?? credsStore;
  if (helper !== undefined && helper !== "") return askHelper(helper, server);
  const entry = auths[server] ?? auths[registry] ?? auths[`https://${registry}`];
  if (entry?.identitytoken !== undefined && entry.identitytoken !== "") {
    return { login: { identitytoken: entry.identitytoken, serveraddress: server } };
  }
  if (entry?.auth === undefined || entry.auth === "") return {};
  const [username = "", ...password] = Buffer.from(entry.auth, "base64").toString("utf8").split(":");
  return { login: { username, password: password.join(":"), serveraddress: server } };
}

/** Asks a credential helper in the protocol that they all share: the server's name in, JSON out. */
function askHelper(helper: string, server: string): FoundLogin {
  const program = `docker-credential-${helper}`;
  const { error, status, stdout, stderr } = spawnSync(program, ["get"], {
    input: server,
    encoding: "utf8",
    env: childEnvironment({}),
    timeout: helperMilliseconds,
  });
  // EPIPE: it answered without reading which server is meant.
  if (error && (error as NodeJS.ErrnoException).code !== "EPIPE")
    return { problem: `${program}, which Docker's configuration names, cannot be run (${error.message})` };
  const said = shorten(stderr || stdout, 200);
  // How a helper says that nobody has logged in there.
  if (status !== 0 && stdout.includes("credentials not found")) return {};
  if (status !== 0) return { problem: `${program} failed for ${server}: ${said}` };
  const { Username: username, Secret: secret } = parsed(stdout);
  if (typeof username !== "string" || typeof secret !== "string") {
    return { problem: `${program} gave an answer for ${server} that is not a log-in` };
  }
  return username === tokenUser
    ? { login: { identitytoken: secret, serveraddress: server } }
    : { login: { username, password: secret, serveraddress: server } };
}

function parsed(text: string): { readonly Username?: unknown; readonly Secret?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch (error) {
    // Its text stays untold, because it may hold a secret.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
