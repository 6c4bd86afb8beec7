import { shown } from "./shown";

/**
 * A mistake in what the operator gave (configuration, command line, environment):
 * reported as one message without a stack trace, with exit code 2, before anything is written.
 */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** What a configuration message must tell. */
export interface Complaint {
  /** Path of the setting, for example `dev.kafka.brokers`. */
  readonly key: string;
  /** The value that was given; what may be a secret in it is not shown. */
  readonly given: unknown;
  /** What would have been accepted. */
  readonly allowed: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Renders a complaint in the one form that every configuration message has. */
export function complain({ key, given, allowed, remedy }: Complaint): ConfigurationError {
  return new ConfigurationError(`${key}: given ${shown(given, key)}; allowed: ${allowed}. ${remedy}`);
}
