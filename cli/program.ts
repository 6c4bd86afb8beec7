import { Command as CommandLine, InvalidArgumentError } from "commander";
import type { Command } from "./invocation";

type Loader = () => Promise<{ run: Command }>;
/** Carries out a command whose file is loaded only then. */
export type Carry = (load: Loader, commandLine: CommandLine) => Promise<void>;

const loadUp: Loader = () => import("./commands/up");
const loadStop: Loader = () => import("./commands/stop");
const loadRestart: Loader = () => import("./commands/restart");
const loadStatus: Loader = () => import("./commands/status");
const loadHealth: Loader = () => import("./commands/health");
const loadLogs: Loader = () => import("./commands/services-logs");
const checks = "what the health checks say; exit code 1 unless all are healthy";
const written = "what groups, components or services wrote";
const serviceOption = ["--service <names...>", "the same as the names themselves"] as const;

/** The commands with their arguments and options; each one's code is loaded when it is called. */
export function buildProgram(carry: Carry): CommandLine {
  const program = new CommandLine("datalab")
    .description("The DataLab platform: bring it up, look after it, take it down.")
    .option("--env <name>", "environment (default: $DATALAB_ENV, or dev)")
    .option("--json", "print the result as JSON")
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", "\nExit codes: 0 done, 1 failed, 2 usage, configuration or preflight. More in docs/cli.md.");
  const add = (parent: CommandLine, usage: string, description: string, load: Loader): CommandLine =>
    parent
      .command(usage)
      .description(description)
      .action(async (...given: unknown[]) => {
        await carry(load, given.at(-1) as CommandLine);
      });

  add(program, "up [names...]", "bring up groups and components (default: all) with those that they need", loadUp)
    .option("--adopt", "take over an environment that this checkout has no state of (containers are recreated)")
    .option("--refresh", "plan also what has not changed since a plan that was empty")
    .option("--skip-checks", "go on in spite of too little memory or disk");
  add(program, "plan [names...]", "show what up would change", () => import("./commands/plan"));
  add(program, "stop [names...]", "stop containers and keep them", loadStop);
  add(program, "start [names...]", "start stopped containers", () => import("./commands/start"));
  add(program, "restart [names...]", "stop, then start", loadRestart);
  add(program, "down [names...]", "remove containers; data stays", () => import("./commands/down")).option(
    "--confirm <name>",
    "on AWS: the environment's name, instead of typing it",
  );
  add(program, "destroy", "remove everything of an environment, data included", () => import("./commands/destroy"))
    .requiredOption("--data", "say that data is meant")
    .option("--confirm <name>", "the environment's name, instead of typing it");
  add(program, "status [names...]", "state and health of components, and what to do about them", loadStatus);
  add(program, "health [names...]", checks, loadHealth);
  withLogOptions(add(program, "logs [names...]", written, loadLogs));
  add(
    program,
    "top [names...]",
    "processors, memory and restarts of containers",
    () => import("./commands/top"),
  ).option("--once", "one table, also on a terminal");
  add(program, "events [names...]", "what happened to containers", () => import("./commands/events"))
    .option("-f, --follow", "go on until interrupted")
    .option("--since <time>", "how far back: 30m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z", "1h");
  add(program, "urls [names...]", "addresses of what is published", () => import("./commands/urls"));
  const services = program.command("services").description("list services, act on them, read their logs");
  add(services, "list", "services with image, state and ports", () => import("./commands/services-list"));
  // The words of the scripts that came before this command.
  add(services, "start [names...]", "the same as up", loadUp).option(...serviceOption);
  add(services, "stop [names...]", "the same as stop", loadStop).option(...serviceOption);
  add(services, "restart [names...]", "the same as restart", loadRestart).option(...serviceOption);
  add(services, "health [names...]", "the same as health", loadHealth).option(...serviceOption);
  withLogOptions(add(services, "logs [names...]", "the same as logs", loadLogs)).option(...serviceOption);
  const platform = program.command("platform").description("the same as up, status and health");
  add(platform, "init [names...]", "the same as up", loadUp);
  add(platform, "status [names...]", "the same as status", loadStatus);
  add(platform, "health [names...]", "the same as health", loadHealth);
  add(
    program,
    "credentials [names...]",
    "log-ins; secret values only when asked by name or with --show",
    () => import("./commands/credentials"),
  ).option("--show", "print all secret values");
  const secrets = program.command("secrets").description("list and rotate secrets");
  add(secrets, "list", "secrets, who uses them, how old they are", () => import("./commands/secrets-list"));
  add(
    secrets,
    "rotate <names...>",
    "give secrets new values; up applies them",
    () => import("./commands/secrets-rotate"),
  );
  add(program, "doctor [names...]", "check everything that up needs", () => import("./commands/doctor"));
  add(
    program,
    "synth",
    "write the Terraform of all environments; needs nothing but Node",
    () => import("./commands/synth"),
  );
  const create = program.command("new").description("write the sources of something new");
  add(
    create,
    "component <name>",
    "a component, with its test and its place in a group",
    () => import("./commands/new-component"),
  )
    .requiredOption("--group <group>", "the group that it belongs to")
    .requiredOption("--image <reference>", "a published image with its tag")
    .requiredOption("--port <port>", "the port at which it answers HTTP, inside the platform")
    .option("--publish <port>", "the port at which the operator reaches it (default: it is not published)")
    .option("--health-path <path>", "the path that answers when it is well", "/")
    .option("--health-tool <tool>", "what the image has to ask for it: wget, curl or python", "wget")
    .option("--metrics-path <path>", "the path of its metrics (default: it is said that nobody has looked)")
    .option("--memory <MiB>", "its memory limit", "256");
  add(program, "completion <shell>", "script for bash or zsh", () => import("./commands/completion"));
  return program;
}

function withLogOptions(command: CommandLine): CommandLine {
  return command
    .option("-f, --follow", "go on until interrupted")
    .option("--tail <lines>", "number of lines from the end, or all", tailOption, 100);
}

function tailOption(value: string): number | "all" {
  if (value === "all") return value;
  const lines = Number(value);
  if (!Number.isInteger(lines) || lines < 0) throw new InvalidArgumentError("a number of lines, or all");
  return lines;
}
