import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PreflightError } from "../../exit";
import { writePrivate } from "../../files";
import type { Terraform } from "../program";
import { synthesisedStack } from "../synthesised";

/**
 * What `terraform init` has left in a stack's folder. It costs seconds even where there is nothing to do, its links into
 * the cache of providers are absolute, and a lock file of another source of providers makes it fail.
 */
export class Initialisation {
  private readonly providersFolder: string;
  private readonly lockFile: string;

  /** @param stamp file that notes for what the last one was */
  constructor(
    private readonly stack: string,
    private readonly folder: string,
    private readonly stamp: string,
    private readonly terraform: Terraform,
  ) {
    this.providersFolder = join(folder, ".terraform", "providers");
    this.lockFile = join(folder, ".terraform.lock.hcl");
  }

  /** Whether it has been done here, for the providers and the backend that the stack has now. */
  get isDone(): boolean {
    const there = hasAllEntries(this.providersFolder) && existsSync(this.lockFile);
    return there && existsSync(this.stamp) && readFileSync(this.stamp, "utf8") === this.hash();
  }

  /** Providers and versions, as text: stacks with the same ones can share what was found. */
  get providers(): string {
    return JSON.stringify(synthesisedStack(this.folder).terraform.required_providers ?? {});
  }

  /**
   * Gets the providers.
   *
   * @param like that of a stack with the same providers which is done: its choice of versions is taken over
   * @throws PreflightError when a provider cannot be had.
   */
  async run(like?: Initialisation): Promise<void> {
    // Links into the cache of a checkout that was moved or removed.
    if (!hasAllEntries(this.providersFolder)) rmSync(this.providersFolder, { recursive: true, force: true });
    if (like !== undefined && !existsSync(this.lockFile)) copyFileSync(like.lockFile, this.lockFile);
    let result = await this.init();
    if (result.exitCode !== 0 && existsSync(this.lockFile)) {
      // A lock file of other versions or of another source of providers: let Terraform choose again.
      const before = readFileSync(this.lockFile);
      rmSync(this.lockFile);
      result = await this.init();
      if (result.exitCode !== 0) writeFileSync(this.lockFile, before);
    }
    if (result.exitCode !== 0) throw new PreflightError(failureText(this.stack, result.errors || result.output));
    writePrivate(this.stamp, this.hash());
  }

  private init(): ReturnType<Terraform["run"]> {
    return this.terraform.run({ folder: this.folder, args: ["init", "-input=false", "-no-color", "-reconfigure"] });
  }

  /** With the folder, because Terraform links to its cache of providers by absolute paths. */
  private hash(): string {
    const settings = synthesisedStack(this.folder).terraform;
    return createHash("sha256")
      .update(JSON.stringify([this.folder, settings]))
      .digest("hex");
  }
}

/**
 * Initialises where it is needed. The first stack of each set of providers goes ahead: it fills the cache of providers,
 * which several at once would damage.
 *
 * @throws PreflightError when a provider cannot be had.
 */
export async function initialiseAll(all: readonly Initialisation[]): Promise<void> {
  const sets = new Map<string, Initialisation[]>();
  for (const one of all) sets.set(one.providers, [...(sets.get(one.providers) ?? []), one]);
  for (const set of sets.values()) {
    const waiting = set.filter((one) => !one.isDone);
    const first = set.find((one) => one.isDone) ?? waiting.shift();
    if (!first) continue;
    if (!first.isDone) await first.run();
    await Promise.all(waiting.filter((one) => one !== first).map((one) => one.run(first)));
  }
}

/** Whether a folder exists and none of the links in it leads nowhere. */
function hasAllEntries(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).every((name) => existsSync(join(folder, name)));
}

function failureText(stack: string, text: string): string {
  return (
    `Terraform cannot get the providers of ${stack}:\n${text.trim()}\n\n` +
    "They come from registry.terraform.io. Behind a closed network, point TF_CLI_CONFIG_FILE to a configuration with a mirror:\n" +
    "https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation\n" +
    "Without providers, ./datalab synth shows what would be deployed."
  );
}
