import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { basename, join } from "node:path";
import type { FakeEngine } from "./fake-engine";
import { FakeStack, type Change, type Failure } from "./fake-terraform-stack";

/** One start of the program. */
export interface TerraformCall {
  readonly pid: number;
  /** `plan`, `apply`, `init`, … */
  readonly command: string;
  /** Name of the stack's folder; empty for commands that concern none. */
  readonly stack: string;
  readonly args: readonly string[];
  readonly dockerHost: string;
  /** How often it was sent SIGINT. */
  interrupts: number;
  /** Undefined while it runs, and for ever when it was killed. */
  exitCode: number | undefined;
  /** Resolves when it has ended, and nothing that it was sent is still under way. */
  readonly ended: Promise<void>;
}

/** What happens instead of a command's own work. */
export interface Conduct {
  /** The command fails; with an address only that resource does, and what depends on it is left out. */
  readonly fail?: { readonly address?: string; readonly summary: string; readonly detail?: string };
  /** It prints nothing and ends with this code. */
  readonly silent?: number;
  /** It hangs before the resource with this address (any command: before it does anything) until SIGINT or `release()`. */
  readonly hang?: string;
  /** With `hang`: SIGINT does not let it go on, only `release()` does. */
  readonly stubborn?: boolean;
  /** It is killed before this resource (any command: before it does anything); what it made is in no state. */
  readonly killed?: string;
}

type Order =
  { readonly out: string } | { readonly err: string } | { readonly exit: number } | { readonly kill: string };

/** In `hang` or `killed`: the command as a whole. */
const everything = "*";

/**
 * Terraform without Terraform: a program that the code under test starts as it starts the real one. What it does is
 * decided in the test's own process, so that tests can script it and look at its calls. It reads `cdk.tf.json`, keeps
 * state files, and makes containers, networks and volumes in a fake engine. Resources of other providers exist in its
 * states only.
 */
export class FakeTerraform {
  readonly calls: TerraformCall[] = [];
  version = "1.11.4";
  /** Decides how a command fares; undefined lets it do its work. */
  conduct: (call: TerraformCall) => Conduct | undefined = () => undefined;
  private readonly server: Server;
  /** States of stacks whose backend is not a local file. */
  private readonly remoteStates = new Map<string, string>();
  private readonly waiting = new Set<() => void>();
  private readonly watchers = new Set<() => void>();
  private readonly hanging = new Set<TerraformCall>();

  private constructor(
    /** For `TERRAFORM_BINARY_NAME`. */
    readonly program: string,
    private readonly engine: FakeEngine,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      this.converse(socket);
    });
  }

  /** @param folder where the program and its socket lie */
  static async start(folder: string, engine: FakeEngine): Promise<FakeTerraform> {
    const program = join(folder, "terraform");
    const socket = join(folder, "terraform.sock");
    const script = join(__dirname, "fake-terraform-program.pl");
    writeFileSync(program, `#!/bin/sh\nFAKE_TERRAFORM_SOCKET='${socket}' exec perl '${script}' "$@"\n`);
    chmodSync(program, 0o755);
    const terraform = new FakeTerraform(program, engine);
    terraform.server.listen(socket);
    await once(terraform.server, "listening");
    return terraform;
  }

  async stop(): Promise<void> {
    this.release();
    this.server.close();
    await once(this.server, "close");
  }

  /** The commands and their stacks in the order of their starts: `apply dev-core`. */
  get log(): string[] {
    return this.calls.map(({ command, stack }) => `${command} ${stack}`.trim());
  }

  /** The stacks for which a command was started, in that order. */
  stacksOf(command: string): string[] {
    return this.calls.filter((call) => call.command === command).map(({ stack }) => stack);
  }

  /** Resolves with the call that hangs, as soon as there is one. */
  async hung(): Promise<TerraformCall> {
    for (;;) {
      for (const call of this.hanging) return call;
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  /** Resolves as soon as SIGINT has reached a call. */
  async interrupted(call: TerraformCall): Promise<void> {
    while (call.interrupts === 0) await new Promise<void>((resolve) => this.watchers.add(resolve));
  }

  private wake(): void {
    for (const watcher of this.watchers) watcher();
    this.watchers.clear();
  }

  /** Lets what hangs go on. */
  release(): void {
    for (const goOn of this.waiting) goOn();
    this.waiting.clear();
  }

  private converse(socket: Socket): void {
    let rest = "";
    let call: TerraformCall | undefined;
    const closed = new Promise<void>((resolve) =>
      socket.once("close", () => {
        resolve();
      }),
    );
    socket.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + String(text)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [message, ...words] = line.split(" ");
        if (message === "start") {
          const [pid = "", dockerHost = "", ...args] = words.map((word) => Buffer.from(word, "hex").toString("utf8"));
          call = parseCall(Number(pid), dockerHost, args, closed);
          this.calls.push(call);
          void this.carryOut(call, args, (order) => {
            for (const [name, word] of Object.entries(order)) {
              socket.write(`${name} ${Buffer.from(String(word)).toString("hex")}\n`);
            }
          });
        } else if (call) {
          call.interrupts += 1;
          if (this.conduct(call)?.stubborn !== true) this.release();
          this.wake();
        }
      }
    });
    socket.on("end", () => socket.end());
    // Whoever killed the program wants no answer any more.
    socket.on("error", () => socket.destroy());
  }

  private async carryOut(call: TerraformCall, args: readonly string[], tell: (order: Order) => void): Promise<void> {
    const conduct = this.conduct(call) ?? {};
    if (conduct.silent !== undefined) {
      end(call, conduct.silent, tell);
      return;
    }
    if (conduct.hang === everything) await this.hangUntilReleased(call);
    if (conduct.killed === everything) {
      tell({ kill: "SIGKILL" });
      return;
    }
    if (call.command === "version") {
      tell({ out: JSON.stringify({ terraform_version: this.version, provider_selections: {} }) });
      end(call, 0, tell);
      return;
    }
    const folder = args.find((arg) => arg.startsWith("-chdir="))?.slice("-chdir=".length);
    if (folder === undefined) {
      tell({ err: `the fake Terraform knows no "${args.join(" ")}" without a folder\n` });
      end(call, 1, tell);
      return;
    }
    try {
      await this.work(call, conduct, folder, tell);
    } catch (error) {
      tell({ err: `${(error as Error).stack ?? String(error)}\n` });
      end(call, 1, tell);
    }
  }

  private async work(
    call: TerraformCall,
    conduct: Conduct,
    folder: string,
    tell: (order: Order) => void,
  ): Promise<void> {
    const stack = new FakeStack(folder, this.engine, this.remoteStates);
    const say = (line: object): void => {
      tell({ out: `${JSON.stringify(line)}\n` });
    };
    const { fail } = conduct;
    if (fail && (fail.address === undefined || !["apply", "destroy"].includes(call.command))) {
      const { summary, detail = "" } = fail;
      if (call.args.includes("-json")) say(diagnostic(fail.address, summary, detail));
      else tell({ err: `Error: ${summary}\n${detail}\n` });
      end(call, 1, tell);
      return;
    }
    switch (call.command) {
      case "init":
        stack.init();
        end(call, 0, tell);
        return;
      case "import": {
        const [address = "", id = ""] = call.args.filter((arg) => !arg.startsWith("-"));
        const problem = stack.import(address, id);
        if (problem !== undefined) tell({ err: `Error: ${problem}\n` });
        end(call, problem === undefined ? 0 : 1, tell);
        return;
      }
      case "state":
        for (const address of call.args.slice(1)) stack.forget(address);
        end(call, 0, tell);
        return;
      case "show":
        tell({ out: JSON.stringify(stack.show(call.args.at(-1) ?? "")) });
        end(call, 0, tell);
        return;
      case "plan": {
        const { changes, failures } = call.args.includes("-destroy")
          ? stack.planDestroy()
          : stack.plan(
              valuesOf(call.args, "replace"),
              !call.args.includes("-refresh=false"),
              valuesOf(call.args, "target"),
            );
        for (const { address, action, reason } of changes) {
          say({
            type: "planned_change",
            change: { resource: { addr: address }, action, ...(reason === undefined ? {} : { reason }) },
          });
        }
        say({
          type: "outputs",
          outputs: Object.fromEntries(stack.newOutputs.map((name) => [name, { action: "create" }])),
        });
        for (const failure of failures) say(diagnostic(failure.address, failure.summary, failure.detail));
        if (failures.length > 0) {
          end(call, 1, tell);
          return;
        }
        const out = call.args.find((arg) => arg.startsWith("-out="))?.slice("-out=".length);
        if (out !== undefined) stack.keep(out, changes);
        end(call, changes.length > 0 && call.args.includes("-detailed-exitcode") ? 2 : 0, tell);
        return;
      }
      case "apply": {
        const file = call.args.find((arg) => !arg.startsWith("-"));
        const planned = file === undefined ? stack.plan([], true, valuesOf(call.args, "target")) : stack.kept(file);
        await this.change(call, conduct, stack, planned, say, tell);
        return;
      }
      case "destroy":
        await this.change(call, conduct, stack, stack.planDestroy(), say, tell);
        return;
      default:
        tell({ err: `the fake Terraform does not know "${call.command}"\n` });
        end(call, 1, tell);
    }
  }

  /** Makes planned changes one after the other, and writes the state after each. */
  private async change(
    call: TerraformCall,
    conduct: Conduct,
    stack: FakeStack,
    { changes, failures: planned }: { readonly changes: readonly Change[]; readonly failures: readonly Failure[] },
    say: (line: object) => void,
    tell: (order: Order) => void,
  ): Promise<void> {
    const failures = [...planned];
    const failed = new Set<string>();
    for (const change of planned.length > 0 ? [] : stack.steps(changes)) {
      if (call.interrupts > 0) {
        failures.push({ address: undefined, summary: "execution halted", detail: "" });
        break;
      }
      if (change.after.some((address) => failed.has(address)) || failed.has(change.address)) {
        failed.add(change.address);
        continue;
      }
      const hook = { resource: { addr: change.address }, action: change.action };
      say({ type: "apply_start", hook });
      if (conduct.hang === change.address) await this.hangUntilReleased(call);
      if (conduct.killed === change.address) {
        stack.carryOut(change, { keepState: false });
        tell({ kill: "SIGKILL" });
        return;
      }
      const failure =
        conduct.fail?.address === change.address
          ? { address: change.address, summary: conduct.fail.summary, detail: conduct.fail.detail ?? "" }
          : stack.carryOut(change, { keepState: true });
      say({ type: failure ? "apply_errored" : "apply_complete", hook });
      if (!failure) continue;
      failed.add(change.address);
      failures.push(failure);
    }
    for (const { address, summary, detail } of failures) say(diagnostic(address, summary, detail));
    end(call, failures.length > 0 ? 1 : 0, tell);
  }

  private async hangUntilReleased(call: TerraformCall): Promise<void> {
    const released = new Promise<void>((resolve) => this.waiting.add(resolve));
    this.hanging.add(call);
    this.wake();
    await released;
    this.hanging.delete(call);
  }
}

function parseCall(pid: number, dockerHost: string, args: readonly string[], ended: Promise<void>): TerraformCall {
  const folder = args.find((arg) => arg.startsWith("-chdir="))?.slice("-chdir=".length);
  const [command = "", ...rest] = args.filter((arg) => !arg.startsWith("-chdir="));
  return {
    pid,
    command,
    stack: folder === undefined ? "" : basename(folder),
    args: rest,
    dockerHost,
    interrupts: 0,
    exitCode: undefined,
    ended,
  };
}

function valuesOf(args: readonly string[], option: string): string[] {
  const start = `-${option}=`;
  return args.filter((arg) => arg.startsWith(start)).map((arg) => arg.slice(start.length));
}

function end(call: TerraformCall, exitCode: number, tell: (order: Order) => void): void {
  call.exitCode = exitCode;
  tell({ exit: exitCode });
}

function diagnostic(address: string | undefined, summary: string, detail: string): object {
  const about = address === undefined ? {} : { address };
  return { type: "diagnostic", diagnostic: { severity: "error", summary, detail, ...about } };
}
