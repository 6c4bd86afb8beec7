import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import { buildProgram } from "../program";

/** `datalab completion bash|zsh`: a script for the shell: `source <(./datalab completion bash)`. */
export function run({ args, terminal }: Invocation): ExitCode {
  const shell = args[0] ?? "";
  if (shell !== "bash" && shell !== "zsh") throw new PreflightError(`completion: given "${shell}"; allowed: bash, zsh`);
  const script = completionScript(shell);
  if (terminal.json) terminal.printJson({ shell, script });
  else terminal.print(script);
  return 0;
}

/** The script, made from the commands themselves. */
export function completionScript(shell: "bash" | "zsh"): string {
  const program = buildProgram(() => Promise.resolve());
  const global = program.options.map(({ long }) => long ?? "").join(" ");
  const cases = program.commands.map((command) => {
    const options = [command, ...command.commands].flatMap(({ options: own }) => own.map(({ long }) => long ?? ""));
    const words = [...command.commands.map((child) => child.name()), ...options].join(" ");
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
