/** Characters of a text, and entries of a list or object, that a message shows; more would bury what it says. */
const longestText = 120;
const mostEntries = 12;
const deepest = 4;

/** Characters that move the cursor, turn the direction of writing, or cannot be seen. */
const invisible = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Names of settings that hold secrets, whatever stands before but a path: `adminPassword`, `api_key`, `connection-token`. */
const secretName =
  /(?<!\/)(pass(word|wd|phrase)|pwd|secret|token|credential|(api|access|private|signing|encryption)[_-]?key)s?$/i;
/** Names of settings that hold a URL. */
const addressName = /(url|uri|hook)s?$/i;
/** Stands for what a message does not repeat: messages are kept in logs and passed on. */
const notShown = "a value that is not shown, because it may be a secret";

/**
 * Any value as a message shows it: on one line, NaN and the like by name, control characters escaped, and without what
 * nobody may read: values of settings that are called like a secret, and of URLs the account and what follows the host.
 *
 * @param key path of the value, by whose last name a secret is known. Default: it has no name
 */
export function shown(value: unknown, key = ""): string {
  return render(value, [], key.replace(/("?\]|\[\d+\])+$/, ""));
}

/** A path such as `lab.ports["minio.console"]` or `lab.groups[1]`. */
export function keyPath(environment: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return /^[A-Za-z_][\w-]*$/.test(String(key)) ? `${text}.${String(key)}` : `${text}[${quoted(String(key))}]`;
  }, escaped(environment));
}

/** A text with its control characters escaped, for messages that quote what somebody else wrote. */
export function escaped(text: string): string {
  return quoted(text, Infinity).slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\");
}

function render(value: unknown, above: readonly object[], name: string): string {
  // Whether there is a secret, or none, is no secret.
  const tellsNothing = value === undefined || value === null || typeof value === "boolean";
  if (secretName.test(name) && !tellsNothing) return notShown;
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return quoted(withoutSecrets(value, name));
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "object":
      return value === null ? "null" : renderObject(value, above, name);
    default:
      return String(value);
  }
}

/** The end of a webhook's URL is as good as a password, so that of URLs only scheme and host are left. */
function withoutSecrets(text: string, name: string): string {
  if (!addressName.test(name) && !/^[a-z][a-z0-9+.-]*:\/\/|^[^\s/:]*:.*@/is.test(text)) return text;
  const [, scheme = "", account, host = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*:\/\/)?(.*@)?([^/?#]*)(.*)$/is.exec(text) ?? [];
  return `${scheme}${account === undefined ? "" : "…@"}${host}${rest.length > 1 ? "/…" : rest}`;
}

function renderObject(value: object, above: readonly object[], name: string): string {
  if (above.includes(value)) return "itself again";
  if (above.length >= deepest) return "…";
  const within = [...above, value];
  if (Array.isArray(value)) {
    return `[${shortened(value.map((entry: unknown) => render(entry, within, name)))}]`;
  }
  if (!isPlainObject(value)) return `an object of the class ${escaped(className(value))}`;
  const entries = Object.keys(value).map((key) => `${quoted(key)}:${render(ownValue(value, key), within, key)}`);
  return `{${shortened(entries)}}`;
}

/** Whether an object is a plain one, from any realm, and not a Map, a Date or the like. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "unknown";
}

/** The value of an own key; of one with a getter, which may do anything, the getter itself. */
export function ownValue(value: object, key: PropertyKey): unknown {
  const property: { readonly get?: unknown; readonly value?: unknown } =
    Object.getOwnPropertyDescriptor(value, key) ?? {};
  return property.get ?? property.value;
}

function shortened(entries: readonly string[]): string {
  const rest = entries.length - mostEntries;
  return rest > 0 ? [...entries.slice(0, mostEntries), `… ${rest} more`].join(",") : entries.join(",");
}

function quoted(text: string, longest = longestText): string {
  const letters = Array.from(text);
  const rest = letters.length - longest;
  const cut = rest > 0 ? letters.slice(0, longest).join("") : text;
  const safe = JSON.stringify(cut).replace(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return rest > 0 ? `${safe.slice(0, -1)}…" (${letters.length} characters)` : safe;
}
