import { ConfigurationError } from "../../constructs/core/errors";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import { openEnvironment } from "../open-environment";
import { buildProgram } from "../program";

/** `datalab completion bash|zsh`: a script for the shell: `source <(./datalab completion bash)`. */
export function run(invocation: Invocation): ExitCode {
  const { args, terminal } = invocation;
  const shell = args[0] ?? "";
  if (shell !== "bash" && shell !== "zsh") throw new PreflightError(`completion: given "${shell}"; allowed: bash, zsh`);
  const script = completionScript(shell, namesIn(invocation));
  if (terminal.json) terminal.printJson({ shell, script });
  else terminal.print(script);
  return 0;
}

/** Groups, components and services of the environment; none where it is invalid: a shell has to start all the same. */
function namesIn(invocation: Invocation): string[] {
  try {
    const { groups, components, containers } = openEnvironment(invocation).environment;
    const services = containers.flatMap(({ kind, id }) => (kind === "service" ? id : []));
    return [...new Set([...groups, ...components.map(({ name }) => name), ...services])];
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

/**
 * The script, made from the commands themselves.
 *
 * @param names what commands act on
 */
export function completionScript(shell: "bash" | "zsh", names: readonly string[]): string {
  const program = buildProgram(() => Promise.resolve());
  const global = program.options.map(({ long }) => long ?? "").join(" ");
  const cases = program.commands.map((command) => {
    const options = [command, ...command.commands].flatMap(({ options: own }) => own.map(({ long }) => long ?? ""));
    const takesNames = [command, ...command.commands].some(({ registeredArguments }) =>
      registeredArguments.some((argument) => argument.name() === "names"),
    );
    const words = [
      ...command.commands.map((child) => child.name()),
      ...new Set(options),
      ...(takesNames ? names : []),
    ].join(" ");
    return `    ${command.name()}) words="${words} ${global}" ;;`;
  });
  return [
    ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    "_datalab() {",
    '  local word="${COMP_WORDS[COMP_CWORD]}" words',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    `    *) words="${program.commands.map((command) => command.name()).join(" ")} ${global}" ;;`,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    "complete -F _datalab datalab ./datalab",
  ].join("\n");
}
