import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { aliasesOf, isStep, mountsOf, type Recipe, securityOptions } from "./recipe";

/** Docker Compose on a file that is equivalent to a deployed group. */
export class Compose {
  private readonly file: string;

  constructor(
    private readonly program: readonly [string, ...string[]],
    recipes: ReadonlyMap<string, Recipe>,
    dependencies: Readonly<Record<string, readonly string[]>>,
  ) {
    const folder = mkdtempSync(join(tmpdir(), "datalab-compose-"));
    this.file = join(folder, "compose.json");
    const services: [string, object][] = [...recipes.values()].map((recipe): [string, object] => [
      recipe.id,
      service(recipe, dependencies[recipe.id] ?? [], recipes),
    ]);
    const volumes = [...recipes.values()].flatMap(mountsOf).filter(({ volume }) => volume);
    writeFileSync(
      this.file,
      JSON.stringify({
        name: "datalab-bench",
        services: Object.fromEntries(services),
        volumes: Object.fromEntries(volumes.map(({ source }) => [source, {}])),
      }),
    );
  }

  /** Starts all services and waits until they are healthy; the time in seconds. */
  up(): Promise<number> {
    return this.run("up", "-d", "--wait");
  }

  /** Removes containers, network and volumes. */
  async down(): Promise<void> {
    await this.run("down", "--volumes", "--timeout", "1");
  }

  private async run(...args: string[]): Promise<number> {
    const [program, ...first] = this.program;
    const began = performance.now();
    try {
      await promisify(execFile)(program, [...first, "-f", this.file, ...args]);
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      // A step that nothing waits for and that ended well counts as a failure of --wait; everything else is healthy then.
      if (!/container \S+ exited \(0\)\s*$/.test(stderr)) {
        throw new Error(`docker compose ${args.join(" ")}: ${String(error)}\n${stdout}${stderr}`, { cause: error });
      }
    }
    return (performance.now() - began) / 1000;
  }
}

function service(recipe: Recipe, dependencies: readonly string[], recipes: ReadonlyMap<string, Recipe>): object {
  const { image, info } = recipe;
  const { HostConfig: host } = info;
  const health = info.Config.Healthcheck;
  return {
    image,
    hostname: info.Config.Hostname,
    restart: isStep(recipe) ? "no" : "unless-stopped",
    init: host.Init ?? false,
    mem_limit: host.Memory ?? 0,
    cpus: (host.NanoCpus ?? 0) / 1e9,
    shm_size: host.ShmSize ?? 0,
    read_only: host.ReadonlyRootfs ?? false,
    cap_add: (host.CapAdd ?? []) as string[],
    cap_drop: (host.CapDrop ?? []) as string[],
    security_opt: securityOptions(recipe),
    tmpfs: Object.entries((host.Tmpfs ?? {}) as Record<string, string>).map(([path, how]) => `${path}:${how}`),
    networks: { default: { aliases: aliasesOf(recipe) } },
    volumes: mountsOf(recipe).map(({ source, target, readOnly, volume }) => ({
      type: volume ? "volume" : "bind",
      source,
      target,
      read_only: readOnly,
    })),
    ...(health
      ? {
          healthcheck: {
            // Compose takes a single dollar sign for a variable of its own.
            test: health.Test?.map((word) => word.replaceAll("$", "$$$$")),
            interval: nanoseconds(health.Interval),
            timeout: nanoseconds(health.Timeout),
            start_period: nanoseconds(health.StartPeriod),
            retries: health.Retries,
          },
        }
      : {}),
    depends_on: Object.fromEntries(
      dependencies.map((one) => {
        const recipe = recipes.get(one);
        const done = recipe !== undefined && isStep(recipe);
        return [one, { condition: done ? "service_completed_successfully" : "service_healthy" }];
      }),
    ),
  };
}

function nanoseconds(value = 0): string {
  return `${value / 1e9}s`;
}
