import { ConfigurationError } from "./errors";

/** What a target, or the model itself, cannot do with a service. */
export interface Refusal {
  readonly environment: string;
  readonly component: string;
  /** The field of the spec, for example `files["/etc/app.conf"]`. */
  readonly field: string;
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Renders a refusal in the one form that all of them have. */
export function refuse({ environment, component, field, reason, remedy }: Refusal): ConfigurationError {
  return new ConfigurationError(`${environment}: ${component}: ${field}: ${reason}. ${remedy}`);
}
