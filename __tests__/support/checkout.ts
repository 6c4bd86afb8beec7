import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** What starts the command, in a folder of its own as after `git clone`, with a command that only says hello. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), "datalab-checkout-"));
  private readonly programs = mkdtempSync(join(tmpdir(), "datalab-programs-"));

  constructor() {
    const top = projectFolder();
    for (const folder of ["config", "stacks"]) mkdirSync(this.path(folder));
    const files = ["cli/launch.cjs", "cli/launch-lock.cjs", "constructs/core/system-errors.ts"];
    for (const file of ["datalab", "package-lock.json", ".swcrc", ...files]) {
      mkdirSync(dirname(this.path(file)), { recursive: true });
      copyFileSync(join(top, file), this.path(file));
    }
    writeFileSync(this.path("cli", "main.ts"), `export const start = () => console.log("hello");\n`);
  }

  /** Installs the packages that starting takes, as links to those of the repository. */
  linkPackages(): this {
    const packages = join(projectFolder(), "node_modules");
    mkdirSync(this.path("node_modules"));
    symlinkSync(join(packages, "@swc"), this.path("node_modules", "@swc"));
    copyFileSync(join(packages, ".package-lock.json"), this.path("node_modules", ".package-lock.json"));
    return this;
  }

  /** Puts a program before all others on the path of what `run` starts. */
  program(name: string, script: string): this {
    const file = join(this.programs, name);
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    return this;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts `./datalab`, or another program. */
  run(words: readonly string[], program = this.path("datalab"), variables: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, words, {
        cwd: this.folder,
        env: { ...process.env, PATH: `${this.programs}:${process.env["PATH"] ?? ""}`, ...variables },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const taken = { out: "", err: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => (taken.out += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (taken.err += text));
      child.on("error", reject);
      child.on("close", (status) => {
        resolve({ status, ...taken });
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
    rmSync(this.programs, { recursive: true });
  }
}
