import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { checkEnvironment, loadEnvironment } from "../../config/load";
import type { EnvironmentConfig, EnvironmentInput } from "../../config/schema";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { buildEnvironment } from "../../stacks/environment";

/** A synthesised stack, as Terraform reads it. */
export interface StackJson {
  readonly terraform: Record<string, unknown>;
  readonly resource?: Record<string, Record<string, Record<string, unknown>>>;
  readonly [block: string]: unknown;
}

export interface Synthesised {
  readonly environment: PlatformEnvironment;
  /** By name, for example `dev-core`. */
  readonly stacks: Readonly<Record<string, StackJson>>;
  readonly manifest: { readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>> };
}

/** Synthesises one environment of the repository. */
export function synthesiseNamed(name: string): Synthesised {
  return synthesiseConfig(loadEnvironment(name));
}

/** Synthesises an environment made for a test. */
export function synthesiseInput(input: EnvironmentInput): Synthesised {
  return synthesiseConfig(checkEnvironment(input.name, input));
}

function synthesiseConfig(config: EnvironmentConfig): Synthesised {
  return withApp((app) => buildEnvironment(app, config));
}

/**
 * Puts an environment together with `build`. Its stacks are synthesised when somebody looks at them, with all validations,
 * through the same files that Terraform reads.
 */
export function withApp(build: (app: App) => PlatformEnvironment): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), "datalab-synth-"));
  try {
    const app = new App({ outdir });
    const environment = build(app);
    let files: Pick<Synthesised, "stacks" | "manifest"> | undefined;
    const written = (): Pick<Synthesised, "stacks" | "manifest"> => (files ??= filesOf(app));
    return {
      environment,
      get stacks() {
        return written().stacks;
      },
      get manifest() {
        return written().manifest;
      },
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function filesOf(app: App): Pick<Synthesised, "stacks" | "manifest"> {
  const { outdir } = app;
  mkdirSync(join(outdir, "stacks"), { recursive: true });
  try {
    app.synth();
    const read = (path: string): unknown => JSON.parse(readFileSync(join(outdir, path), "utf8"));
    const manifest = read("manifest.json") as Synthesised["manifest"];
    const names = Object.keys(manifest.stacks);
    return {
      manifest,
      stacks: Object.fromEntries(names.map((name) => [name, read(`stacks/${name}/cdk.tf.json`) as StackJson])),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Sorted addresses of a stack's resources, for example `docker_container.minio`. */
export function addressesOf(stack: StackJson): string[] {
  return Object.entries(stack.resource ?? {})
    .flatMap(([type, resources]) => Object.keys(resources).map((id) => `${type}.${id}`))
    .sort();
}

/** A stack without what changes with every version of the generator. */
export function withoutMetadata(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMetadata);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, entry]) => [key, withoutMetadata(entry)]),
  );
}
