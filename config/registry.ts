import { isHostAddress, isHostName } from "./addresses";

/**
 * Whether a text names a registry, as Docker's reference grammar has it. A host without dot and port
 * would be taken for a namespace of Docker Hub.
 */
export function isRegistry(text: string): boolean {
  const [authority = "", ...path] = text.split("/");
  const [host = "", port, ...more] = authority.split(":");
  const isHost = isHostName(host) || isHostAddress(host);
  const isPort = port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535);
  return (
    // What follows is an image's own name; a reference has 255 characters at most.
    text.length <= 150 &&
    text === text.toLowerCase() &&
    isHost &&
    isPort &&
    more.length === 0 &&
    (host.includes(".") || port !== undefined || host === "localhost") &&
    path.every((part) => /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(part))
  );
}
