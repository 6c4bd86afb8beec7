import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { EngineHost } from "./host";

/** Where and how the library connects, for an address of the kinds that Docker's own command knows. */
export function connectionOptions({ address, certificates }: EngineHost): Docker.DockerOptions {
  const [scheme, rest = ""] = address.split("://", 2);
  switch (scheme) {
    case "unix":
    case "npipe":
      return { socketPath: rest };
    case "ssh": {
      const url = new URL(address);
      return {
        protocol: "ssh",
        host: url.hostname,
        ...(url.port === "" ? {} : { port: url.port }),
        ...(url.username === "" ? {} : { username: url.username }),
      };
    }
    case "tcp":
    case "http":
    case "https": {
      const url = new URL(`http://${rest}`);
      return {
        protocol: certificates === undefined ? "http" : "https",
        host: url.hostname,
        port: url.port || "2375",
        ...(certificates === undefined
          ? {}
          : {
              ca: readFileSync(join(certificates, "ca.pem")),
              cert: readFileSync(join(certificates, "cert.pem")),
              key: readFileSync(join(certificates, "key.pem")),
            }),
      };
    }
    default:
      throw new Error(`the address "${address}" is of a kind that datalab does not know (unix, tcp, ssh, npipe)`);
  }
}
