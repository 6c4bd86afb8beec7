import type { Engine } from "../engine/client";
import { PreflightError } from "../exit";
import type { ContainerDescription, SpawnedDescription, StackDescription } from "../model/description";
import type { Terminal } from "../output/terminal";
import { registryLogin } from "./registry-login";

/** Images that are not on the engine. */
export interface MissingImages {
  /** To be pulled, each once. */
  readonly pull: readonly string[];
  /** Our own, to be built. */
  readonly build: readonly string[];
}

/** Which images of the containers, and which bases of images to be built, the engine does not have. */
export async function missingImages(
  engine: Engine,
  stacks: readonly StackDescription[],
  containers: readonly (ContainerDescription | SpawnedDescription)[],
): Promise<MissingImages> {
  const builds = stacks.flatMap((stack) => stack.builds);
  const own = new Set(builds.map(({ name }) => name));
  const absent = async (names: readonly string[]): Promise<string[]> => {
    const unique = [...new Set(names)];
    const there = await Promise.all(unique.map((name) => engine.image(name)));
    return unique.filter((_, index) => there[index] === undefined);
  };
  const [upstream, build] = await Promise.all([
    absent(containers.map(({ image }) => image).filter((image) => !own.has(image))),
    absent([...own]),
  ]);
  const bases = builds.filter(({ name }) => build.includes(name)).flatMap(({ base }) => base ?? []);
  return { pull: [...new Set([...upstream, ...(await absent(bases))])], build };
}

/**
 * Pulls images one after the other, so that what fails can be named.
 *
 * @throws PreflightError when one cannot be had.
 */
export async function pullImages(engine: Engine, references: readonly string[], terminal: Terminal): Promise<void> {
  for (const [index, reference] of references.entries()) {
    terminal.note(`Pulling ${reference} (${index + 1} of ${references.length})`);
    const { login, problem } = registryLogin(reference);
    try {
      await engine.pull(reference, login);
    } catch (error) {
      throw new PreflightError(
        `The image ${reference} is not on the engine and cannot be pulled: ${(error as Error).message.trim()}. ` +
          (problem === undefined ? "" : `No log-in was used, because ${problem}. `) +
          "Check the network and the log-in of its registry (docker login), load it by docker load, " +
          "or set `imageRegistry` in the environment to a registry that mirrors it.",
      );
    }
  }
}
