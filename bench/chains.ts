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

/** All chains of containers from one that waits for nothing to one that nothing waits for. */
export function chainsOf(dependencies: Readonly<Record<string, readonly string[]>>): string[][] {
  const waitedFor = new Set(Object.values(dependencies).flat());
  const chainsTo = (id: string): string[][] => {
    const before = dependencies[id] ?? [];
    return before.length === 0 ? [[id]] : before.flatMap((one) => chainsTo(one).map((chain) => [...chain, id]));
  };
  return Object.keys(dependencies)
    .filter((id) => !waitedFor.has(id))
    .flatMap(chainsTo);
}
