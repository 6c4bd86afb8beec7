import { complain } from "../constructs/core/errors";
import { type EnvironmentTable, readEnvironmentFiles as environments, whyNotListed } from "./environment-files";
import { environmentFile, parsed } from "./findings";
import { type AwsConfig, type EnvironmentConfig, environmentSchema } from "./schema";
import { withPreset } from "./sizes";

/**
 * Names of all environments.
 *
 * @throws ConfigurationError when a file of theirs cannot be loaded.
 */
export function environmentNames(): string[] {
  return Object.keys(environments());
}

/**
 * One environment, checked and completed.
 *
 * @throws ConfigurationError when there is no such environment, its file cannot be loaded,
 *   another one has its name or its domain, or something in it is not allowed.
 */
export function loadEnvironment(name: string): EnvironmentConfig {
  return environmentOf(environments(), name);
}

/** The same out of any table, whose keys are the environments' names. */
export function environmentOf(environments: EnvironmentTable, name: string): EnvironmentConfig {
  if (!Object.hasOwn(environments, name)) {
    throw complain({
      key: "environment (--env or DATALAB_ENV)",
      given: name,
      allowed: Object.keys(environments).join(", "),
      remedy: whyNotListed(name),
    });
  }
  for (const [key, input] of Object.entries(environments)) {
    // Whoever copies a file and forgets the name in it would act on the environment that it was copied from.
    if (key !== name && (input as { name?: unknown } | undefined)?.name === name) throw wrongName(key, name);
  }
  const config = checkEnvironment(name, environments[name]);
  if (config.target === "aws") refuseSharedDomain(environments, config);
  return config;
}

/** Each environment has a record in DNS for all names below its domain, and a certificate of which the proof is one too. */
function refuseSharedDomain(environments: EnvironmentTable, { name, domain }: AwsConfig): void {
  const other = Object.entries(environments).find(
    ([key, input]) => key !== name && (input as { domain?: unknown } | undefined)?.domain === domain,
  );
  if (!other) return;
  throw complain({
    key: `${name}.domain`,
    given: domain,
    allowed: `a domain that no other environment has, and ${other[0]} has this one; each makes a record for *.${domain}`,
    remedy: `Set another one in ${environmentFile(name)} or in ${environmentFile(other[0])}, for example ${name}.${domain}.`,
  });
}

/**
 * Checks one environment.
 *
 * @param name its key in `environments`, which has to be its name as well
 * @throws ConfigurationError with one line for each thing that is not allowed.
 */
export function checkEnvironment(name: string, input: unknown): EnvironmentConfig {
  const config = parsed(environmentSchema, name, input, withPreset);
  if (config.name !== name) throw wrongName(name, config.name);
  return config;
}

function wrongName(key: string, given: string): Error {
  return complain({
    key: `${key}.name`,
    given,
    allowed: `"${key}", the key under which config/environments/index.ts lists it, so that no two environments have one name`,
    remedy: `Set name: "${key}" in ${environmentFile(key)}, or list it under the name that is meant.`,
  });
}
