import { createInterface } from "node:readline/promises";
import { join } from "node:path";
import { connectEngine } from "../engine/connect";
import type { ExitCode } from "../exit";
import type { Invocation } from "../invocation";
import { requireDocker, openEnvironment } from "../open-environment";
import { refuseWithoutKeys } from "../secrets/two-keys";
import { refuseForeignData } from "../up/foreign";
import { look } from "../up/reality";
import { removeStates, takeDown } from "../up/down";

/** `datalab destroy --data`: removes containers, volumes, network and state. Two keys: the configuration's and the typed name. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = openEnvironment(invocation);
  const { environment, top } = opened;
  const { terminal, options } = invocation;
  requireDocker(environment, "destroy");
  const volumes = environment.stacks.flatMap((stack) => stack.volumes);
  const networks = environment.stacks.flatMap((stack) => stack.networks);
  const given = typeof options["confirm"] === "string" ? options["confirm"] : undefined;
  refuseWithoutKeys(environment, given ?? environment.name);
  refuseWithoutKeys(environment, given ?? (await ask(environment.name, volumes, process.stdin.isTTY)));

  const engine = await connectEngine();
  refuseForeignData(environment, await look(engine, environment, top));
  await takeDown(opened, [], terminal);
  for (const name of volumes) {
    if ((await engine.volume(name)) === undefined) continue;
    await engine.removeVolume(name);
    terminal.note(`  removed volume ${name}`);
  }
  for (const name of networks) {
    if ((await engine.network(name)) === undefined) continue;
    await engine.removeNetwork(name);
    terminal.note(`  removed network ${name}`);
  }
  removeStates(environment.stacks.map(({ id }) => join(top, ".datalab", "state", `${id}.tfstate`)));
  terminal.note(
    `Environment ${environment.name} is gone, data included. Its secrets are kept in .datalab/secrets/${environment.name} for a later up.`,
  );
  return 0;
}

async function ask(environment: string, volumes: readonly string[], terminal: boolean): Promise<string> {
  if (!terminal) return "";
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await questions.question(
      `This deletes ${volumes.length} volumes with all their data:\n  ${volumes.join("\n  ")}\nType the environment's name (${environment}) to go on: `,
    );
  } finally {
    questions.close();
  }
}
