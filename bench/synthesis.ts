import { type Figure, ratio } from "./figure";
import { measureInTurn } from "./measure";

/** Synthesis of all environments against loading cdktf alone, and the offline tests. */
export function synthesisFigures(top: string): Figure[] {
  const measured = measureInTurn(
    {
      cdktf: { words: ["node", "-e", 'require("cdktf")'], cwd: top },
      app: { words: ["node", "-r", "ts-node/register/transpile-only", "main.ts"], cwd: top },
      command: { words: ["./datalab", "synth"], cwd: top },
      oneDocker: { words: ["./datalab", "synth", "--env", "dev"], cwd: top },
      oneAws: { words: ["./datalab", "synth", "--env", "prod"], cwd: top },
    },
    5,
  );
  const { cdktf, app, command, oneDocker, oneAws } = measured;
  const tests = measureInTurn({ tests: { words: ["npm", "test", "--", "--ci"], cwd: top } }, 1).tests;
  const memory = (name: string, { megabytes }: typeof app, bound: number): Figure => ({
    name,
    value: megabytes,
    bound,
    unit: "MB",
    detail: "peak of the process",
  });
  return [
    ratio("synthesis of all, cdktf.json's app, to loading cdktf", app.seconds, cdktf.seconds, 8),
    memory("synthesis of all, cdktf.json's app", app, 250),
    ratio("synthesis of all, ./datalab synth, to loading cdktf", command.seconds, cdktf.seconds, 4),
    memory("synthesis of all, ./datalab synth", command, 150),
    ratio("synthesis of dev to that of all", oneDocker.seconds, command.seconds, 1),
    ratio("synthesis of prod to that of all", oneAws.seconds, command.seconds, 1),
    { name: "offline tests, whole command", value: tests.seconds, bound: 60, unit: "s", detail: "npm test" },
  ];
}
