import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerProviderVersion } from "../../../constructs/docker/docker-stack";
import { terraform } from "./terraform";

/** Why the tests on a real engine cannot run here, or undefined when they can. */
export function reasonToSkip(): string | undefined {
  const engine = spawnSync("docker", ["info", "--format", "{{.ServerVersion}}"], { encoding: "utf8" });
  if (engine.status !== 0) return `no Docker engine answers: ${(engine.stderr || String(engine.error)).trim()}`;
  const folder = mkdtempSync(join(tmpdir(), "datalab-provider-"));
  try {
    const source = { docker: { source: "kreuzwerker/docker", version: dockerProviderVersion } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: source } }));
    const { status, output } = terraform(folder, "init", "-no-color");
    return status === 0 ? undefined : `Terraform cannot install kreuzwerker/docker ${dockerProviderVersion}: ${output}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
