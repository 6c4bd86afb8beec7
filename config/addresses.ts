/** IPv4 addresses as numbers, and host names: what the schema's network settings are checked with. */

/** A range of addresses; both ends belong to it. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** The number of an IPv4 address in its usual form, without leading zeros; undefined where it is none. */
export function ipv4Number(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!parts?.every((part) => Number(part) <= 255 && String(Number(part)) === part)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The range that `10.1.0.0/16` stands for; undefined where it is none, or its address is not the range's first. */
export function ipv4Range(text: string): AddressRange | undefined {
  const given = looseRange(text);
  return given?.address === given?.range.first ? given?.range : undefined;
}

/** `10.1.0.0/16` for `10.1.2.3/16`; undefined where the text is no address with a prefix length at all. */
export function withoutHostBits(text: string): string | undefined {
  const given = looseRange(text);
  return given && `${ipv4Text(given.range.first)}/${text.split("/")[1] ?? ""}`;
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Whether a computer can have this address: no broadcast, multicast or reserved one, and not the whole of `0.x`. */
export function isHostAddress(text: string): boolean {
  const number = ipv4Number(text);
  if (number === undefined) return false;
  const first = Math.floor(number / 2 ** 24);
  return first >= 1 && first <= 223;
}

/**
 * Whether a text is a host name by RFC 1123: labels of letters, digits and inner hyphens, 253 characters at most.
 * A last label that is a number would be taken for a part of an IPv4 address (WHATWG URL, "ends in a number").
 */
export function isHostName(text: string): boolean {
  const labels = text.split(".");
  const isLabel = (label: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label);
  return text.length <= 253 && labels.every(isLabel) && !/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? "");
}

/** Whether a text is a DNS zone below a top-level domain, in lower case. */
export function isDomain(text: string): boolean {
  return isHostName(text) && text === text.toLowerCase() && /\.([a-z]{2,}|xn--[a-z0-9-]+)$/.test(text);
}

function looseRange(text: string): { address: number; range: AddressRange } | undefined {
  const [addressText = "", lengthText = "", ...more] = text.split("/");
  const address = ipv4Number(addressText);
  if (address === undefined || more.length > 0 || !/^(\d|[12]\d|3[0-2])$/.test(lengthText)) return undefined;
  const size = 2 ** (32 - Number(lengthText));
  const first = Math.floor(address / size) * size;
  return { address, range: { first, last: first + size - 1 } };
}

function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}
