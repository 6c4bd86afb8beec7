import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { secretsFolder } from "../../constructs/docker/secret-paths";
import type { Engine } from "../engine/client";
import { privateFolder, writePrivate } from "../files";
import type { EnvironmentDescription } from "../model/description";
import type { ChosenStack } from "../model/select";
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

  /** The stacks for which nothing is different from the last empty plan; of a part, that of its whole stack counts too. */
  async unchanged(stacks: readonly ChosenStack[], reality: Reality): Promise<Set<string>> {
    const results = await Promise.all(
      stacks.map(async (stack) => {
        const whole = stack.part && this.environment.stacks.find(({ id }) => id === stack.id);
        return Promise.all([stack, whole ?? []].flat().map((one) => this.isRemembered(one, reality)));
      }),
    );
    return new Set(stacks.filter((_, index) => results[index]?.includes(true)).map(({ id }) => id));
  }

  /** Remembers that the plan of a stack was empty. */
  async remember(stack: ChosenStack, reality: Reality): Promise<void> {
    writePrivate(this.fileOf(stack), await this.of(stack, reality));
  }

  private async isRemembered(stack: ChosenStack, reality: Reality): Promise<boolean> {
    const file = this.fileOf(stack);
    return existsSync(file) && readFileSync(file, "utf8") === (await this.of(stack, reality));
  }

  private fileOf({ id, part }: ChosenStack): string {
    return join(this.folder, part === undefined ? id : `${id}.part`);
  }

  private async of(stack: ChosenStack, reality: Reality): Promise<string> {
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
    if (stack.part !== undefined) add(stack.part);
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
