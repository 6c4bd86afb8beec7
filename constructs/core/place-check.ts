import { hostFolders } from "./host-access";
import { lacksShell } from "./image";
import { hasSecret } from "./launch";
import type { ServiceSpec } from "./service-spec";

/** Anything but what separates the parts of a mount, or begins a template of Terraform. */
const mountPath = /^(\/[A-Za-z0-9._@+ -]+)+$/;
const anyPath = /^(\/[^/\p{Cc}]+)+$/u;

/** Whether a number counts something: it is whole and above 0. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

/** Whether something can be mounted there. */
export function isMountPath(path: string): boolean {
  return mountPath.test(path) && !hasDots(path);
}

function hasDots(path: string): boolean {
  return path.split("/").some((part) => part === ".." || part === ".");
}

/** Whether it is a file that the start script writes, when the mounts are there; without a shell it comes before. */
function isWrittenLater({ image, files = {} }: ServiceSpec, { field, path }: Place): boolean {
  const content = field === "files" ? files[path]?.content : undefined;
  return content !== undefined && hasSecret(content) && !lacksShell(image);
}

/** Something that a service finds at a path. */
interface Place {
  readonly field: string;
  readonly path: string;
}

/**
 * Refuses paths that are none, and things of which one would hide the other.
 *
 * @param refusal makes the error of a field
 * @throws ConfigurationError for the first such place.
 */
export function checkPlaces(
  spec: ServiceSpec,
  service: string,
  refusal: (field: string, reason: string, remedy: string) => Error,
): void {
  const { files = {}, trees = {}, scratch = [], data = [], volumes = [], host = [] } = spec;
  const mounts: Place[] = [
    ...scratch.map(({ path }) => ({ field: "scratch", path })),
    ...data.map(({ path }) => ({ field: "data", path })),
    ...volumes.map(({ path }) => ({ field: "volumes", path })),
  ];
  const hosts: Place[] = hostFolders(host).map((path) => ({ field: "host", path }));
  const all: Place[] = [
    ...Object.keys(files).map((path) => ({ field: "files", path })),
    ...Object.keys(trees).map((path) => ({ field: "trees", path })),
    ...mounts,
    ...hosts,
  ];
  for (const place of all) {
    const { field, path } = place;
    const isPath = anyPath.test(path) && !hasDots(path);
    if (isPath && (!mounts.includes(place) || isMountPath(path))) continue;
    const reason = isPath ? "a mount cannot have these characters" : "it is not an absolute path";
    throw refusal(`${field}[${JSON.stringify(path)}]`, reason, "Choose another path.");
  }
  for (const [index, { field, path }] of all.entries()) {
    const twin = all.find((other, at) => other.path === path && at !== index);
    if (twin) throw refusal(`${field}["${path}"]`, `${twin.field} has the same path`, "Give one of them another path.");
  }
  for (const { path } of scratch) {
    const hidden = all.find((other) => other.path.startsWith(`${path}/`) && !isWrittenLater(spec, other));
    if (hidden) {
      throw refusal(
        `scratch["${path}"]`,
        `it would hide ${hidden.field}["${hidden.path}"]`,
        "Give it a folder of its own.",
      );
    }
  }
  for (const { path: folder } of hosts) {
    const below = all.find((other) => other.path.startsWith(`${folder}/`));
    if (below) {
      throw refusal(
        `${below.field}["${below.path}"]`,
        `${folder} is the host's, for reading only`,
        "Choose another path.",
      );
    }
  }
  const written = [
    ...Object.keys(files),
    ...Object.entries(trees).flatMap(([path, tree]) => tree.files.map((file) => `${path}/${file.path}`)),
  ];
  const twice = written.find((path, index) => written.indexOf(path) !== index);
  if (twice !== undefined) {
    throw refusal("trees", `${twice} is put there twice`, "Leave it out of one of them, or give one another path.");
  }
  for (const [field, own] of Object.entries({ data, volumes })) {
    const names = own.map(({ name }) => name);
    const odd = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name));
    if (odd !== undefined) {
      throw refusal(
        `${field}[${JSON.stringify(odd)}]`,
        "it is not a valid volume name",
        "Use letters, digits and - _ .",
      );
    }
    const same = names.find((name, index) => names.indexOf(name) !== index);
    if (same !== undefined) throw refusal(`${field}["${same}"]`, `${service} has it twice`, "Give one another name.");
  }
  const size = scratch.find(({ sizeMiB }) => !isCount(sizeMiB));
  if (size) {
    throw refusal(`scratch["${size.path}"].sizeMiB`, `${size.sizeMiB} is not a whole number above 0`, "Correct it.");
  }
}
