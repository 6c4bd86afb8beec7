import { rmSync } from "node:fs";
import { removeEnvironment } from "./engine";
import { environmentName } from "./workspace";

/** Removes what the tests started. */
export default async function tearDown(): Promise<void> {
  const workspace = process.env["DATALAB_WORKSPACE"];
  if (workspace === undefined) return;
  await removeEnvironment(environmentName);
  if (process.env["DATALAB_KEEP_WORKSPACE"] === undefined) rmSync(workspace, { recursive: true, force: true });
  else process.stderr.write(`workspace kept: ${workspace}\n`);
}
