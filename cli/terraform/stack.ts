import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PreflightError } from "../exit";
import { privateFolder, writePrivate } from "../files";
import { type Diagnostic, type PlannedChange, type PlannedOutputs, readEvent, type ResourceEvent } from "./events";
import type { Terraform } from "./program";

const parallelism = 30;

/** What a plan of one stack found. */
export interface StackPlan {
  readonly changes: readonly PlannedChange[];
  /** False when an apply would do nothing. */
  readonly needed: boolean;
  readonly errors: readonly Diagnostic[];
  /** Whether an apply would make outputs that do not exist yet. Stacks that read them cannot be planned before. */
  readonly newOutputs: boolean;
  /** Whether `plan` kept it for `apply`. */
  readonly kept: boolean;
}

/** The plan of a stack of which nothing exists: all of it is to be made, which takes no Terraform to tell. */
export const allNew: StackPlan = { changes: [], needed: true, errors: [], newOutputs: true, kept: false };

/** What an apply of one stack did. */
export interface StackApply {
  readonly ok: boolean;
  readonly errors: readonly Diagnostic[];
}

interface PlanOptions {
  /** Addresses to replace although nothing about them changed. */
  readonly replace?: readonly string[];
  /** Whether to compare with reality first. Default: yes. */
  readonly refresh?: boolean;
  /** Plans to remove all that the state holds. */
  readonly destroy?: boolean;
}

interface SynthesisedStack {
  readonly terraform: { readonly required_providers?: unknown; readonly backend?: unknown };
  readonly resource?: Readonly<Record<string, object>>;
}

/** One synthesised stack, and Terraform in its folder. */
export class TerraformStackRunner {
  readonly folder: string;
  readonly stateFile: string;
  private readonly planFile: string;
  private readonly initStamp: string;

  constructor(
    readonly id: string,
    top: string,
    private readonly terraform: Terraform,
  ) {
    this.folder = join(top, "cdktf.out", "stacks", id);
    this.stateFile = join(top, ".datalab", "state", `${id}.tfstate`);
    this.planFile = join(privateFolder(top, "plans"), `${id}.tfplan`);
    this.initStamp = join(privateFolder(top, "init"), id);
  }

  /** Whether `init` has been run here, for the providers and the backend that the stack has now. */
  get isInitialised(): boolean {
    const there = hasAllEntries(this.providersFolder) && existsSync(this.lockFile);
    return there && existsSync(this.initStamp) && readFileSync(this.initStamp, "utf8") === this.initHash();
  }

  /**
   * Gets the providers.
   *
   * @param like a stack with the same providers that is initialised: its choice of versions is taken over
   * @throws PreflightError when a provider cannot be had.
   */
  async init(like?: TerraformStackRunner): Promise<void> {
    // Links into the cache of a checkout that was moved or removed.
    if (!hasAllEntries(this.providersFolder)) rmSync(this.providersFolder, { recursive: true, force: true });
    if (like !== undefined && !existsSync(this.lockFile)) copyFileSync(like.lockFile, this.lockFile);
    let result = await this.runInit();
    if (result.exitCode !== 0 && existsSync(this.lockFile)) {
      // A lock file of other versions or of another source of providers: let Terraform choose again.
      const before = readFileSync(this.lockFile);
      rmSync(this.lockFile);
      result = await this.runInit();
      if (result.exitCode !== 0) writeFileSync(this.lockFile, before);
    }
    if (result.exitCode !== 0) throw new PreflightError(initFailure(this.id, result.errors || result.output));
    writePrivate(this.initStamp, this.initHash());
  }

  /**
   * Refuses to go on when an earlier run could not write its state. Terraform leaves it in the stack's folder then, and
   * without it everything that the run made would be made a second time.
   *
   * @throws PreflightError with what puts it back.
   */
  refuseUnsavedState(): void {
    const file = join(this.folder, "errored.tfstate");
    if (!existsSync(file)) return;
    throw new PreflightError(
      `An earlier run could not write the state of ${this.id} (a full disk, or a bucket that did not answer) and left it in ${file}. ` +
        `Put it back: terraform -chdir=${this.folder} state push errored.tfstate && rm ${file}; then run the command again.`,
    );
  }

  /** How many resources the stack describes. */
  get describedResources(): number {
    return Object.values(this.synthesised().resource ?? {}).reduce((sum, one) => sum + Object.keys(one).length, 0);
  }

  /** Providers and versions, as text: stacks with the same ones can share what `init` found. */
  get providers(): string {
    return JSON.stringify(this.settings().required_providers ?? {});
  }

  /** Compares description, state and reality, and keeps the plan for `apply`. */
  async plan({ replace = [], refresh = true, destroy = false }: PlanOptions = {}): Promise<StackPlan> {
    // Created beforehand, because Terraform would make it readable for everybody.
    writePrivate(this.planFile, "");
    const changes: PlannedChange[] = [];
    let newOutputs = false;
    const { exitCode, errors } = await this.runJson(
      [
        "plan",
        `-out=${this.planFile}`,
        "-detailed-exitcode",
        `-parallelism=${parallelism}`,
        `-refresh=${refresh}`,
        ...(destroy ? ["-destroy"] : []),
        ...replace.map((address) => `-replace=${address}`),
      ],
      {
        onChange: (change) => changes.push(change),
        onOutputs: ({ created }) => {
          newOutputs = created.length > 0;
        },
      },
    );
    return { changes, needed: exitCode === 2, errors, newOutputs, kept: true };
  }

  /** Carries out a plan of this stack: the one that was kept, or what is to be done when there is none. */
  async apply({ kept }: StackPlan, onResource: (event: ResourceEvent) => void): Promise<StackApply> {
    const { exitCode, errors } = await this.runJson(
      ["apply", `-parallelism=${parallelism}`, "-auto-approve", ...(kept ? [this.planFile] : [])],
      { onResource },
    );
    rmSync(this.planFile, { force: true });
    return { ok: exitCode === 0, errors };
  }

  /** Removes everything that the state holds. */
  async destroy(onResource: (event: ResourceEvent) => void): Promise<StackApply> {
    // Without a look at reality first: the provider takes what is gone for removed,
    // and a failed init step's condition would stop the look.
    const { exitCode, errors } = await this.runJson(
      ["destroy", "-auto-approve", "-refresh=false", `-parallelism=${parallelism}`],
      { onResource },
    );
    return { ok: exitCode === 0, errors };
  }

  /** The kept plan in full, as Terraform's JSON. */
  async showPlan(): Promise<unknown> {
    const { output } = await this.terraform.run({ folder: this.folder, args: ["show", "-json", this.planFile] });
    return JSON.parse(output) as unknown;
  }

  /** Forgets the kept plan. */
  discardPlan(): void {
    rmSync(this.planFile, { force: true });
  }

  /** Takes something that exists into the state. */
  async import(address: string, id: string): Promise<StackApply> {
    const result = await this.terraform.run({ folder: this.folder, args: ["import", "-no-color", address, id] });
    const error: Diagnostic = {
      severity: "error",
      summary: `Import of ${address} failed`,
      detail: result.errors,
      address,
    };
    return { ok: result.exitCode === 0, errors: result.exitCode === 0 ? [] : [error] };
  }

  private async runJson(
    args: readonly string[],
    {
      onChange,
      onResource,
      onOutputs,
    }: {
      onChange?: (change: PlannedChange) => void;
      onResource?: (event: ResourceEvent) => void;
      onOutputs?: (outputs: PlannedOutputs) => void;
    },
  ): Promise<{ exitCode: number; errors: Diagnostic[] }> {
    const errors: Diagnostic[] = [];
    const [command = "", ...rest] = args;
    const result = await this.terraform.run({
      folder: this.folder,
      args: [command, "-json", "-input=false", ...rest],
      onLine: (line) => {
        const event = readEvent(line);
        if (event?.type === "change") onChange?.(event.change);
        else if (event?.type === "outputs") onOutputs?.(event.outputs);
        else if (event?.type === "resource") onResource?.(event.event);
        else if (event?.type === "diagnostic" && event.diagnostic.severity === "error") errors.push(event.diagnostic);
      },
    });
    const failed = result.exitCode !== 0 && !(command === "plan" && result.exitCode === 2);
    if (failed && errors.length === 0) {
      errors.push({
        severity: "error",
        summary: `terraform ${command} ended with ${result.exitCode}`,
        detail: result.errors.trim(),
        address: undefined,
      });
    }
    return { exitCode: result.exitCode, errors };
  }

  private runInit(): ReturnType<Terraform["run"]> {
    return this.terraform.run({ folder: this.folder, args: ["init", "-input=false", "-no-color", "-reconfigure"] });
  }

  private get providersFolder(): string {
    return join(this.folder, ".terraform", "providers");
  }

  private get lockFile(): string {
    return join(this.folder, ".terraform.lock.hcl");
  }

  private settings(): SynthesisedStack["terraform"] {
    return this.synthesised().terraform;
  }

  private synthesised(): SynthesisedStack {
    return JSON.parse(readFileSync(join(this.folder, "cdk.tf.json"), "utf8")) as SynthesisedStack;
  }

  /** With the folder, because Terraform links to its cache of providers by absolute paths. */
  private initHash(): string {
    return createHash("sha256")
      .update(JSON.stringify([this.folder, this.settings()]))
      .digest("hex");
  }
}

/** Whether a folder exists and none of the links in it leads nowhere. */
function hasAllEntries(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).every((name) => existsSync(join(folder, name)));
}

function initFailure(stack: string, text: string): string {
  return (
    `Terraform cannot get the providers of ${stack}:\n${text.trim()}\n\n` +
    "They come from registry.terraform.io. Behind a closed network, point TF_CLI_CONFIG_FILE to a configuration with a mirror:\n" +
    "https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation\n" +
    "Without providers, ./datalab synth shows what would be deployed."
  );
}
