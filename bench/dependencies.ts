import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What each container of a stack waits for, by id, as synthesised. */
export function dependenciesOf(stackFolder: string): Record<string, string[]> {
  const { resource } = JSON.parse(readFileSync(join(stackFolder, "cdk.tf.json"), "utf8")) as {
    resource: { docker_container: Record<string, { depends_on?: string[] }> };
  };
  return Object.fromEntries(
    Object.entries(resource.docker_container).map(([id, { depends_on = [] }]) => [
      id,
      depends_on.map((address) => address.replace("docker_container.", "")),
    ]),
  );
}
