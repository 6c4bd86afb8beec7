import { join } from "node:path";

/** Folder of an environment's secret files, relative to the repository's top. */
export function secretsFolder(environment: string): string {
  return `.datalab/secrets/${environment}`;
}

/** The file of a secret of a Docker environment. */
export function secretFile(top: string, environment: string, id: string): string {
  return join(top, secretsFolder(environment), id);
}
