import { rmSync } from "node:fs";
import { join } from "node:path";
import { privateFolder, writePrivate } from "../files";
import { type Diagnostic, type PlannedChange, type PlannedOutputs, readEvent, type ResourceEvent } from "./events";
import { Initialisation } from "./habits/initialisation";
import { whileApart } from "./habits/part";
import { readState } from "./habits/state";
import type { Terraform } from "./program";
import { synthesisedStack } from "./synthesised";

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

/** One synthesised stack, and Terraform in its folder. */
export class TerraformStackRunner {
  readonly folder: string;
  readonly stateFile: string;
  readonly initialisation: Initialisation;
  private readonly planFile: string;

  /** @param part addresses to which plans and applies are limited. Default: the whole stack */
  constructor(
    readonly id: string,
    top: string,
    private readonly terraform: Terraform,
    private readonly part?: readonly string[],
  ) {
    this.folder = join(top, "cdktf.out", "stacks", id);
    this.stateFile = join(top, ".datalab", "state", `${id}.tfstate`);
    this.planFile = join(privateFolder(top, "plans"), `${id}.tfplan`);
    this.initialisation = new Initialisation(id, this.folder, join(privateFolder(top, "init"), id), terraform);
  }

  /** How many resources the stack describes. */
  get describedResources(): number {
    return Object.values(synthesisedStack(this.folder).resource ?? {}).reduce(
      (sum, one) => sum + Object.keys(one).length,
      0,
    );
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
        ...this.targets,
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
      ["apply", `-parallelism=${parallelism}`, "-auto-approve", ...(kept ? [this.planFile] : this.targets)],
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

  /** Forgets resources that are gone. */
  async forget(addresses: readonly string[]): Promise<StackApply> {
    const known = new Set(readState(this.stateFile).map(({ address }) => address));
    const gone = addresses.filter((address) => known.has(address));
    if (gone.length === 0) return { ok: true, errors: [] };
    const { exitCode, errors } = await this.terraform.run({ folder: this.folder, args: ["state", "rm", ...gone] });
    if (exitCode === 0) return { ok: true, errors: [] };
    const summary = `The state of ${this.id} still has what was removed`;
    return { ok: false, errors: [{ severity: "error", summary, detail: errors, address: undefined }] };
  }

  /** Takes something that exists into the state. */
  async import(address: string, id: string): Promise<StackApply> {
    // Terraform takes nothing over at an address at which it remembers something else.
    const remembered = readState(this.stateFile).some((resource) => resource.address === address);
    const commands = [...(remembered ? [["state", "rm", address]] : []), ["import", "-no-color", address, id]];
    for (const args of commands) {
      const { exitCode, errors } = await this.terraform.run({ folder: this.folder, args });
      if (exitCode === 0) continue;
      const summary = `Import of ${address} failed`;
      return { ok: false, errors: [{ severity: "error", summary, detail: errors, address }] };
    }
    return { ok: true, errors: [] };
  }

  private get targets(): string[] {
    return (this.part ?? []).map((address) => `-target=${address}`);
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
    const run = {
      folder: this.folder,
      args: [command, "-json", "-input=false", ...rest],
      onLine: (line: string) => {
        const event = readEvent(line);
        if (event?.type === "change") onChange?.(event.change);
        else if (event?.type === "outputs") onOutputs?.(event.outputs);
        else if (event?.type === "resource") onResource?.(event.event);
        else if (event?.type === "diagnostic" && event.diagnostic.severity === "error") errors.push(event.diagnostic);
      },
    };
    const result = await whileApart(this.folder, this.part, () => this.terraform.run(run));
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
}
