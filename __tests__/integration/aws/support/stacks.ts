import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { checkEnvironment } from "../../../../config/load";
import type { EnvironmentConfig, EnvironmentInput } from "../../../../config/schema";
import type { PlatformEnvironment } from "../../../../constructs/core/environment";
import { buildEnvironment } from "../../../../stacks/environment";

export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Minutes that one run of Terraform may take. */
const runMinutes = 8;

/** The stacks of an environment in a folder of their own, and Terraform upon them. */
export class Stacks {
  private readonly top = mkdtempSync(join(tmpdir(), "datalab-aws-"));
  private readonly initialised = new Set<string>();
  /** In the order in which they are applied. */
  readonly names: readonly string[];

  /**
   * @param endpoint the test endpoint
   * @param build puts the environment together. Default: as the repository does
   */
  constructor(
    input: EnvironmentInput,
    private readonly endpoint: string,
    build: (app: App, config: EnvironmentConfig) => PlatformEnvironment = buildEnvironment,
  ) {
    const app = new App({ outdir: join(this.top, "cdktf.out") });
    const environment = build(app, checkEnvironment(input.name, input));
    app.synth();
    this.names = environment.stacks.map(({ id }) => id);
    for (const name of this.names) {
      // The endpoint has one host name, so buckets cannot be part of it. An override file, because prod's is real.
      const override = { provider: { aws: [{ s3_use_path_style: true }] } };
      writeFileSync(join(this.folder(name), "test_override.tf.json"), JSON.stringify(override));
    }
  }

  run(stack: string, ...args: string[]): Outcome {
    if (args[0] !== "init" && !this.initialised.has(stack)) {
      const { status, output } = this.run(stack, "init", "-no-color");
      if (status !== 0) throw new Error(output);
      this.initialised.add(stack);
    }
    const { status, stdout, stderr, error } = spawnSync("terraform", args, {
      cwd: this.folder(stack),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      timeout: runMinutes * 60_000,
      // Terraform writes its state before it goes.
      killSignal: "SIGINT",
      env: {
        ...process.env,
        TF_IN_AUTOMATION: "1",
        TF_INPUT: "0",
        CHECKPOINT_DISABLE: "1",
        AWS_ENDPOINT_URL: this.endpoint,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_EC2_METADATA_DISABLED: "true",
      },
    });
    return { status: status ?? -1, output: stdout + stderr + (error ? String(error) : "") };
  }

  /** Applies a stack; the answer is Terraform's words when that failed. */
  apply(stack: string, ...args: string[]): string | undefined {
    const { status, output } = this.run(stack, "apply", "-auto-approve", "-no-color", "-parallelism=30", ...args);
    return status === 0 ? undefined : output;
  }

  /** Destroys a stack; the answer is Terraform's words when that failed. */
  destroy(stack: string): string | undefined {
    const { status, output } = this.run(stack, "destroy", "-auto-approve", "-no-color", "-parallelism=30");
    return status === 0 ? undefined : output;
  }

  /** What a plan would change, as Terraform prints it; undefined when nothing. */
  pending(stack: string): string | undefined {
    const { status, output } = this.run(stack, "plan", "-detailed-exitcode", "-no-color", "-parallelism=30");
    return status === 0 ? undefined : output;
  }

  /** Addresses in a stack's state. */
  state(stack: string): string[] {
    const { output } = this.run(stack, "state", "list");
    return output.split("\n").filter((line) => line !== "");
  }

  /** Paths of the files (states, configurations) that contain a text. */
  filesWith(text: string): string[] {
    return readdirSync(this.top, { recursive: true, encoding: "utf8" })
      .filter((path) => !path.includes(".terraform/"))
      .filter((path) => statSync(join(this.top, path)).isFile())
      .filter((path) => readFileSync(join(this.top, path)).includes(text));
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  private folder(stack: string): string {
    return join(this.top, "cdktf.out/stacks", stack);
  }
}
