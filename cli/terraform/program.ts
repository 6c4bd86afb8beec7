import { spawn } from "node:child_process";
import { compareVersions } from "../engine/client";
import { type EngineHost, hostVariables } from "../engine/host";
import { PreflightError } from "../exit";
import { privateFolder } from "../files";
import { shorten } from "../output/table";
import { childEnvironment, processEnvironment } from "../process-environment";

/** The oldest Terraform that works for a target. On AWS, secrets are written with arguments that are new in 1.11. */
export const oldestTerraform = { docker: "1.5.0", aws: "1.11.0" } as const;

const whereToGet = "https://developer.hashicorp.com/terraform/install";

/** What a run of Terraform gave. */
export interface TerraformResult {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

export interface TerraformRun {
  /** Folder of the stack. Default: none, for commands that concern no stack. */
  readonly folder?: string;
  readonly args: readonly string[];
  /** Called with every line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** Runs Terraform, with the engine's address and without questions, telemetry or colours. */
export class Terraform {
  private readonly program = processEnvironment().terraformProgram;
  /** One copy of each provider for all stacks. */
  private readonly pluginCache: string;
  private readonly running = new Set<number>();
  private interrupted = false;

  /** @param engine undefined for targets without one */
  constructor(
    private readonly top: string,
    private readonly engine: EngineHost | undefined,
    private readonly onChildren: (ids: readonly number[]) => void = () => undefined,
  ) {
    this.pluginCache = processEnvironment().pluginCache ?? privateFolder(top, "plugins");
  }

  /**
   * The version of the program.
   *
   * @throws PreflightError when it is missing, is no Terraform that runs here, or is too old for the target.
   */
  async version(target: keyof typeof oldestTerraform): Promise<string> {
    const oldest = oldestTerraform[target];
    let result: TerraformResult;
    try {
      result = await this.run({ args: ["version", "-json"] });
    } catch (error) {
      throw new PreflightError(this.cannotStart(error as NodeJS.ErrnoException, oldest));
    }
    const version = versionIn(result.output);
    if (version === undefined) {
      const said = shorten(result.errors || result.output, 200);
      throw new PreflightError(
        `"${this.program} version -json" ended with exit code ${result.exitCode} and gave no version` +
          `${said === "" ? "" : `: ${said}`}. It is not Terraform, or it is damaged. Get Terraform ${oldest} or newer: ${whereToGet}`,
      );
    }
    if (compareVersions(version, oldest) < 0) {
      throw new PreflightError(
        `Terraform ${version} is too old: for ${target === "aws" ? "AWS" : "Docker"} datalab needs ${oldest} or newer. Get it: ${whereToGet}`,
      );
    }
    return version;
  }

  private cannotStart({ code, message }: NodeJS.ErrnoException, oldest: string): string {
    const remedy =
      `Get Terraform ${oldest} or newer: ${whereToGet} (./setup.sh tells how). ` +
      "Without it, ./datalab synth shows what would be deployed.";
    switch (code) {
      case "ENOENT":
        return `"${this.program}" is not on the PATH. ${remedy}`;
      case "EACCES":
        return `"${this.program}" may not be executed by this account. Make it executable (chmod +x), or replace it. ${remedy}`;
      default:
        return `"${this.program}" cannot be started (${message}); it may be for another kind of machine. ${remedy}`;
    }
  }

  /** Runs a command; resolves with its exit code, rejects when the program cannot be started. */
  run({ folder, args, onLine }: TerraformRun): Promise<TerraformResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, [...(folder === undefined ? [] : [`-chdir=${folder}`]), ...args], {
        cwd: this.top,
        // A group of its own: Ctrl-C at the terminal would reach Terraform beside our own signal,
        // and at the second one it ends at once, without writing its state.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: childEnvironment({
          ...(this.engine ? hostVariables(this.engine) : {}),
          TF_IN_AUTOMATION: "1",
          TF_INPUT: "0",
          CHECKPOINT_DISABLE: "1",
          TF_CLI_ARGS: undefined,
          TF_PLUGIN_CACHE_DIR: this.pluginCache,
        }),
      });
      const { pid } = child;
      if (pid !== undefined) this.track(pid, true);
      let output = "";
      let errors = "";
      let rest = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (!onLine) return;
        const parts = (rest + text).split("\n");
        rest = parts.pop() ?? "";
        parts.forEach(onLine);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        errors += text;
      });
      child.on("error", reject);
      child.on("close", (code, signal) => {
        if (pid !== undefined) this.track(pid, false);
        resolve({ exitCode: code ?? 1, output, errors: signal === null ? errors : `it was killed (${signal})` });
      });
    });
  }

  /** Asks running processes to finish what they began and write their state; once, because a second signal kills them. */
  interrupt(): void {
    if (this.interrupted) return;
    this.interrupted = true;
    for (const pid of this.running) process.kill(pid, "SIGINT");
  }

  get wasInterrupted(): boolean {
    return this.interrupted;
  }

  private track(pid: number, alive: boolean): void {
    if (alive) this.running.add(pid);
    else this.running.delete(pid);
    this.onChildren([...this.running]);
  }
}

/** The version out of what `version -json` wrote; undefined where there is none. */
function versionIn(output: string): string | undefined {
  try {
    const version = (JSON.parse(output) as { terraform_version?: unknown } | null)?.terraform_version;
    return typeof version === "string" ? version : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
