import { rmSync } from "node:fs";
import { reasonToSkip } from "../__tests__/integration/support/available";
import { removeEnvironment } from "../__tests__/integration/support/engine";
import { createWorkspace, environmentName } from "../__tests__/integration/support/workspace";
import type { Figure } from "./figure";

/** Does work with the environment of the integration tests, of which nothing is left before and afterwards; says so where it cannot. */
export async function withEnvironment(work: () => Promise<Figure[]>): Promise<Figure[]> {
  const reason = reasonToSkip();
  if (reason !== undefined) {
    process.stderr.write(`The figures of a deployment are left out: ${reason}\n`);
    return [];
  }
  const workspace = createWorkspace();
  process.env["DATALAB_WORKSPACE"] = workspace;
  await removeEnvironment(environmentName);
  try {
    return await work();
  } finally {
    await removeEnvironment(environmentName);
    rmSync(workspace, { recursive: true, force: true });
  }
}
