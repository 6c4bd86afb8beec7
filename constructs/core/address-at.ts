import type { AddressForm, Endpoint } from "./reference";

/** The text of an address at a host. */
export function addressAt(endpoint: Endpoint, form: AddressForm, host: string, port: number = endpoint.port): string {
  switch (form) {
    case "host":
      return host;
    case "port":
      return String(port);
    case "authority":
      return `${host}:${port}`;
    case "url":
      return `${endpoint.scheme}://${host}:${port}`;
  }
}
