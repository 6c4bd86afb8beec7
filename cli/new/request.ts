import { type GroupName, groupNames } from "../../config/components";
import { complain, type ConfigurationError } from "../../constructs/core/errors";
import { upstream } from "../../constructs/core/image";

/** Programs that ask for a page, of which an image has to have one. */
export const probeTools = ["wget", "curl", "python"] as const;

/** What `datalab new component` was asked for, checked. */
export interface ComponentRequest {
  /** In the form of `kafka-ui`. */
  readonly name: string;
  readonly group: GroupName;
  /** Reference of a published image. */
  readonly image: string;
  /** Port inside the platform at which it answers HTTP. */
  readonly port: number;
  /** Port under which the operator reaches it; undefined where it is not published. */
  readonly operatorPort: number | undefined;
  /** Path that answers when it is well. */
  readonly healthPath: string;
  readonly healthTool: (typeof probeTools)[number];
  /** Path of its metrics; undefined where it shows none, or nobody knows. */
  readonly metricsPath: string | undefined;
  /** Memory limit, in MiB. */
  readonly memoryMiB: number;
}

/** Host names have 63 characters at most, and the names of environments and replicas come on top. */
const longestName = 32;
/** Classes and types that the new files import. */
const takenClasses: ReadonlySet<string> = new Set(["Component", "Construct", "CoreRoles", "GroupStack", "Target"]);

/**
 * Checks the words of the command line.
 *
 * @param options by their long names in camel case
 * @throws ConfigurationError with what is allowed.
 */
export function componentRequest(name: string, options: Readonly<Record<string, unknown>>): ComponentRequest {
  checkName(name);
  const published = options["publish"];
  const metricsPath = options["metricsPath"];
  return {
    name,
    group: chosen("--group", options["group"], groupNames, 'Or make the group first: see "Add a group" in README.md.'),
    image: reference(options["image"]),
    port: wholeNumber("--port", options["port"], 1, 65_535),
    operatorPort: published === undefined ? undefined : wholeNumber("--publish", published, 1, 65_535),
    healthPath: path("--health-path", options["healthPath"]),
    healthTool: chosen("--health-tool", options["healthTool"], probeTools, "Choose one that the image has."),
    metricsPath: metricsPath === undefined ? undefined : path("--metrics-path", metricsPath),
    memoryMiB: wholeNumber("--memory", options["memory"], 16, 1_048_576),
  };
}

/** `KafkaUi` for `kafka-ui`. */
export function className(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `kafkaUi` for `kafka-ui`. */
export function imageKey(name: string): string {
  const [first = "", ...rest] = name.split("-");
  return first + className(rest.join("-"));
}

/** The refusal of a name that something else has. */
export function nameTaken(name: string, by: string): ConfigurationError {
  return complain({
    key: "the component's name",
    given: name,
    allowed: `names that nothing has yet, and ${by}`,
    remedy: "Choose another one.",
  });
}

function checkName(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > longestName) {
    throw complain({
      key: "the component's name",
      given: name,
      allowed: `lower-case letters, digits and single hyphens, a letter first, at most ${longestName} characters, for example kafka-ui`,
      remedy: "Choose such a name; it is the host name of the component as well.",
    });
  }
  if ((groupNames as readonly string[]).includes(name)) throw nameTaken(name, `${name} is a group`);
  const type = className(name);
  if (takenClasses.has(type) || type in globalThis) {
    throw nameTaken(name, `its class would be called ${type}, which is another one`);
  }
}

function chosen<T extends string>(key: string, given: unknown, allowed: readonly T[], remedy: string): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw complain({ key, given, allowed: allowed.join(", "), remedy });
  return found;
}

function reference(given: unknown): string {
  const text = String(given);
  // The name's grammar; `upstream` looks at the tag.
  if (!/^[a-z0-9][a-z0-9._/-]*(:\d+\/[a-z0-9._/-]+)?:[\w.-]+(@sha256:[0-9a-f]{64})?$/.test(text) || text.length > 255) {
    throw complain({
      key: "--image",
      given,
      allowed: "the reference of a published image with its tag, for example redis:7.2.16-bookworm",
      remedy: "An image of our own gets a folder in images and a line with `own` in config/images.ts by hand.",
    });
  }
  return upstream(text).reference;
}

function wholeNumber(key: string, given: unknown, least: number, most: number): number {
  const number = Number(given);
  if (!/^\d+$/.test(String(given)) || number < least || number > most) {
    throw complain({ key, given, allowed: `a whole number from ${least} to ${most}`, remedy: "Correct it." });
  }
  return number;
}

function path(key: string, given: unknown): string {
  const text = String(given);
  if (!/^\/[\w./~%+-]{0,39}$/.test(text)) {
    throw complain({
      key,
      given,
      allowed: "an absolute path of letters, digits and . _ ~ % + - /, at most 40 characters",
      remedy: "Leave out the host, and what comes after a question mark.",
    });
  }
  return text;
}
