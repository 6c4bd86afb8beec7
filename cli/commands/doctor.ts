import { connectEngine } from "../engine/connect";
import type { Engine } from "../engine/client";
import { type ExitCode, PreflightError } from "../exit";
import type { Invocation } from "../invocation";
import { stacksFor } from "../model/select";
import type { Finding } from "../preflight/capacity";
import { plainCdktfFinding } from "../preflight/plain-cdktf";
import { preflight } from "../preflight/preflight";
import { openEnvironment, type OpenEnvironment } from "../open-environment";
import { Terraform } from "../terraform/program";
import { initialise, runnersFor } from "../terraform/runners";

/** `datalab doctor [groups…]`: checks everything that `up` needs, and gets the providers. Exit code 2 on a problem. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const opened = openEnvironment(invocation);
  const findings = [
    { level: "ok", text: `node: ${process.version}` } as const,
    plainCdktfFinding(opened.top),
    { level: "ok", text: `configuration: environment ${opened.environment.name} is valid` } as const,
    ...(await look(opened, invocation.args)),
  ];
  const { terminal } = invocation;
  if (terminal.json) terminal.printJson({ environment: opened.environment.name, findings });
  else {
    const { green, yellow, red } = terminal.colours;
    const marks = { ok: green("✔"), warning: yellow("!"), problem: red("✖") };
    for (const { level, text } of findings) terminal.print(`${marks[level]} ${text}`);
  }
  return findings.some(({ level }) => level === "problem") ? 2 : 0;
}

async function look(opened: OpenEnvironment, groups: readonly string[]): Promise<Finding[]> {
  const { environment, top } = opened;
  const stacks = stacksFor(environment, groups, "doctor");
  let engine: Engine | undefined;
  const findings: Finding[] = [];
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof PreflightError)) throw error;
      findings.push({ level: "problem", text: error.message });
      return false;
    }
  };
  if (environment.target === "docker") {
    await attempt(async () => {
      engine = await connectEngine();
    });
  }
  const terraform = new Terraform(top, engine?.host);
  const haveTerraform = await attempt(async () => {
    const version = await terraform.version(environment.target);
    if (engine === undefined) findings.push({ level: "ok", text: `terraform: ${version}` });
  });
  if (haveTerraform && engine !== undefined) {
    findings.push(...(await preflight(engine, terraform, environment, stacks)).findings);
  }
  if (haveTerraform) {
    await attempt(async () => {
      opened.write();
      await initialise(runnersFor(stacks, top, terraform).values());
      findings.push({ level: "ok", text: "providers: present" });
    });
  }
  return findings;
}
