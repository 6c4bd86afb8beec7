import { rmSync } from "node:fs";
import { newValue, readSecret } from "../../constructs/docker/secret-files";
import { secretFile } from "../../constructs/docker/secret-paths";
import { isWellFormed } from "../../constructs/docker/secret-values";
import type { Engine } from "../engine/client";
import { OperationError, PreflightError } from "../exit";
import { movePrivate, readPrivate, writePrivate } from "../files";
import type { EnvironmentDescription, SecretDescription } from "../model/description";
import { secretStatus } from "./store";

/**
 * Gives a secret a new value: first where the software keeps it inside its data, then in its file.
 * Cut off in between, the next rotation goes on with the same new value.
 *
 * @throws PreflightError when the software would have to run for it, and does not;
 *   OperationError when it refuses the change.
 */
export async function rotateSecret(
  engine: Engine,
  environment: EnvironmentDescription,
  secret: SecretDescription,
  top: string,
): Promise<void> {
  // Without a value nothing knows the secret yet: the first up makes one.
  if (secretStatus(top, environment.name, secret) === undefined) return;
  const file = secretFile(top, environment.name, secret.id);
  const next = `${file}.next`;
  const begun = readPrivate(next);
  const resumed = begun !== undefined && isWellFormed(secret.format, begun);
  const value = resumed ? begun.toString("latin1") : newValue(top, environment.name, secret);
  if (!resumed) writePrivate(next, value);
  if (secret.changeInData !== undefined) {
    const old = readSecret(top, environment.name, secret) ?? "";
    try {
      await changeInData(engine, environment, secret, `${old}\n${value}\n`);
    } catch (error) {
      // Nothing was changed yet, so that a later rotation may start again.
      if (error instanceof PreflightError) rmSync(next);
      throw error;
    }
  }
  movePrivate(next, file);
}

async function changeInData(
  engine: Engine,
  environment: EnvironmentDescription,
  { id, component, changeInData: script = "" }: SecretDescription,
  input: string,
): Promise<void> {
  const container = `${environment.name}-${component}`;
  const inspected = await engine.inspect(container);
  if (inspected?.State.Health?.Status === "healthy") {
    const { output, exitCode } = await engine.exec(container, ["/bin/sh", "-c", script], input);
    if (exitCode === 0) return;
    throw new OperationError(
      `${id} could not be changed inside ${component} (exit ${exitCode}): ${output.trim()}\nThe old value stays in use. ` +
        `Bring the environment up to date first: ./datalab up --env ${environment.name}`,
    );
  }
  const volumesOf = (containers: EnvironmentDescription["containers"]): string[] =>
    containers.flatMap((one) => one.volumes);
  const own = volumesOf(environment.containers.filter((one) => one.component === component));
  // What has no volume keeps its data in a database, or another store, of the same environment.
  const volumes = own.length > 0 ? own : volumesOf(environment.containers);
  const there = await Promise.all(volumes.map((name) => engine.volume(name)));
  if (there.every((volume) => volume === undefined)) return;
  throw new PreflightError(
    `${id} is kept inside the data of ${component}, so ${component} has to run and be healthy while it changes. ` +
      `Bring it up: ./datalab up --env ${environment.name}`,
  );
}
