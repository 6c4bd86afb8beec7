import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { secretsFolder } from "../../constructs/docker/secret-paths";
import type { Engine } from "../engine/client";
import { privateFolder, writePrivate } from "../files";
import type { EnvironmentDescription, StackDescription } from "../model/description";
import type { Reality } from "./repair-plan";

/**
 * Remembers for which description, state and reality a plan of a stack found nothing to change. When all three are
 * the same again, so is the result, and Terraform is not asked: a plan costs seconds, of which the provider sleeps
 * two over the network alone. Written after an empty plan only, never after an apply.
 */
export class Fingerprints {
  private readonly folder: string;

  constructor(
    private readonly engine: Engine,
    private readonly environment: EnvironmentDescription,
    private readonly top: string,
  ) {
    this.folder = privateFolder(top, "checked");
  }

  /** The stacks for which nothing is different from the last empty plan. */
  async unchanged(stacks: readonly StackDescription[], reality: Reality): Promise<Set<string>> {
    const prints = await Promise.all(stacks.map((stack) => this.of(stack, reality)));
    return new Set(
      stacks
        .filter(({ id }, index) => {
          const file = join(this.folder, id);
          return existsSync(file) && readFileSync(file, "utf8") === prints[index];
        })
        .map(({ id }) => id),
    );
  }

  /** Remembers that the plan of a stack was empty. */
  async remember(stack: StackDescription, reality: Reality): Promise<void> {
    writePrivate(join(this.folder, stack.id), await this.of(stack, reality));
  }

  private async of(stack: StackDescription, reality: Reality): Promise<string> {
    const folder = join(this.top, "cdktf.out", "stacks", stack.id);
    const names = this.environment.containers
      .filter((container) => container.stack === stack.id)
      .map(({ name }) => name);
    const found = reality.found.filter(({ name }) => names.includes(name));
    const hash = createHash("sha256");
    const add = (value: unknown): void => {
      hash.update(JSON.stringify({ value })).update("\0");
    };
    for (const file of [
      join(folder, "cdk.tf.json"),
      join(folder, ".terraform.lock.hcl"),
      join(this.top, ".datalab", "state", `${stack.id}.tfstate`),
      ...this.secretFiles(),
    ]) {
      add([file.slice(this.top.length), existsSync(file) ? readFileSync(file, "base64") : null]);
    }
    add(found.map(({ name, engineId, state, settings }) => [name, engineId, state, settings]).sort());
    // Terraform hashes their files itself when it plans, so the description does not change with them.
    add(this.environment.folders);
    add(stack.networks.map((name) => [name, reality.networks.get(name)?.settings ?? null]));
    add(await Promise.all(stack.volumes.map((name) => this.engine.volume(name))));
    add(await Promise.all(stack.builds.map(async ({ name }) => (await this.engine.image(name))?.Id)));
    return hash.digest("hex");
  }

  private secretFiles(): string[] {
    const folder = join(this.top, secretsFolder(this.environment.name));
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  }
}
