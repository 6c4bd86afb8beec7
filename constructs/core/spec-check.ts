import type { Service } from "./component-record";
import { lacksShell } from "./image";
import { hasSecret, loneSecret } from "./launch";
import { checkPlaces, isCount } from "./place-check";
import { refuse } from "./refusal";

/**
 * Refuses what no target can run.
 *
 * @throws ConfigurationError for the first such field.
 */
export function checkSpec(environment: string, service: Service): void {
  const { name, spec, component } = service;
  const refusal = (field: string, reason: string, remedy: string): Error =>
    refuse({ environment, component: component.name, field: `${field} of ${name}`, reason, remedy });
  const { image, env, files = {}, trees = {}, volumes = [], health, entrypoint } = spec;

  const start = startScriptBecause(service);
  if (start !== undefined && lacksShell(image)) {
    throw refusal(
      start,
      `it is written by a shell at start, and ${image.reference} has none`,
      "Use a file that is one secret and nothing else, without owner and mode, or an image of our own built on it.",
    );
  }
  if (start !== undefined && !entrypoint) {
    throw refusal("entrypoint", `${start} needs a script in front of it`, "State the image's own entrypoint.");
  }
  if ("shell" in health && lacksShell(image)) {
    throw refusal("health", `${image.reference} has no shell`, "Use `exec` with a program of the image.");
  }
  checkPlaces(spec, name, refusal);
  for (const { name: volume, uid, gid } of volumes) {
    const others = component.services.flatMap((other) =>
      (other.spec.volumes ?? []).map((use) => ({ ...use, volume: use.name, user: other.name })),
    );
    const twin = others.find(
      (other) =>
        other.volume === volume &&
        other.uid !== undefined &&
        uid !== undefined &&
        ownerText(other) !== ownerText({ uid, gid }),
    );
    if (twin) {
      throw refusal(
        `volumes["${volume}"]`,
        `it would belong to ${ownerText({ uid, gid })}, and ${twin.user} gives it to ${ownerText(twin)}`,
        "Name the same owner, or leave it to one of them.",
      );
    }
  }
  for (const [path, { mode }] of Object.entries(files)) {
    if (mode !== undefined && !/^0[0-7]{3}$/.test(mode)) {
      throw refusal(`files["${path}"].mode`, `"${mode}" is not a mode of four octal digits`, "Write it like 0640.");
    }
  }
  if (spec.user !== undefined && !/^\d+(:\d+)?$/.test(spec.user)) {
    throw refusal(
      "user",
      `"${spec.user}" is not a numeric account`,
      "Write uid or uid:gid: names differ between images.",
    );
  }
  const numbers = { openFiles: spec.openFiles, sharedMemoryMiB: spec.sharedMemoryMiB };
  for (const [field, value] of Object.entries(numbers)) {
    if (value === undefined || isCount(value)) continue;
    throw refusal(field, `${value} is not a whole number above 0`, "Correct it, or leave it out.");
  }
  const unknown = spec.capabilities?.find((one) => !/^CAP_[A-Z_]+$/.test(one) || one === "CAP_ALL");
  if (unknown !== undefined) {
    throw refusal("capabilities", `"${unknown}" is not a capability`, "Write each of them in full, like CAP_CHOWN.");
  }
  if (image.kind === "own" && spec.readOnlyRoot === undefined) {
    throw refusal(
      "readOnlyRoot",
      "a service of our own image has to state it",
      "Set it to true, or to { none: the reason }.",
    );
  }
  if (
    spec.readOnlyRoot === true &&
    (start !== undefined || Object.keys({ ...files, ...trees }).length > 0 || usesSecret(service))
  ) {
    throw refusal(
      "readOnlyRoot",
      "files, trees and secrets are put into the root file system before the start, which needs it writable",
      "Set it to { none: the reason }, or put what it needs into the image.",
    );
  }
  const [secret] = (spec.command ?? []).filter(hasSecret);
  if (secret !== undefined) {
    throw refusal(
      "command",
      "a secret in it would show in every list of processes",
      "Pass it in a variable or a file.",
    );
  }
  for (const variable of Object.keys(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(variable)) {
      throw refusal(
        `env[${JSON.stringify(variable)}]`,
        "it is not a valid variable name",
        "Use letters, digits and _.",
      );
    }
  }
}

/** What of a spec needs the script that a target puts in front, or undefined where there is none. */
function startScriptBecause({ spec }: Service): string | undefined {
  const variable = Object.entries(spec.env).find(([, value]) => hasSecret(value));
  if (variable) return `the secret in env.${variable[0]}`;
  const file = Object.entries(spec.files ?? {}).find(
    ([, file]) =>
      (hasSecret(file.content) || file.uid !== undefined) &&
      (!lacksShell(spec.image) || loneSecret(file) === undefined),
  );
  if (!file) return undefined;
  return hasSecret(file[1].content) ? `the secret in files["${file[0]}"]` : `the owner of files["${file[0]}"]`;
}

function ownerText({ uid, gid }: { readonly uid?: number | undefined; readonly gid?: number | undefined }): string {
  return `${uid ?? ""}:${gid ?? uid ?? ""}`;
}

function usesSecret({ spec }: Service): boolean {
  return "shell" in spec.health && hasSecret(spec.health.shell);
}
