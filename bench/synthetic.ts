import { App } from "cdktf";
import { checkEnvironment } from "../config/load";
import { describe } from "../cli/model/describe";
import { Component } from "../constructs/core/component";
import { PlatformEnvironment } from "../constructs/core/environment";
import type { GroupStack } from "../constructs/core/group-stack";
import { upstream } from "../constructs/core/image";
import { text } from "../constructs/core/reference";
import { DockerTarget } from "../constructs/docker";
import { lower } from "../stacks/environment";
import { withoutStackTraces } from "../stacks/stack-traces";

const image = upstream("busybox:1.36");
const none = { none: "it exists for a measurement" };

/** Has what components usually have: an endpoint, a secret, a volume, a file, and another one that it uses by a step. */
class Synthetic extends Component {
  readonly web = this.endpoint("web", { port: 8080, scheme: "http" });

  constructor(stack: GroupStack, id: string, used: Synthetic | undefined) {
    super(stack, id);
    const password = this.secret("password");
    const step = { name: `account-${id}`, image, script: "true", env: { PASSWORD: text`${password}` } };
    this.run({
      image,
      entrypoint: ["/bin/httpd"],
      env: {
        PASSWORD: text`${password}`,
        ...(used ? { OTHER: used.web.url.withNeeds({ provider: used.name, steps: [step] }) } : {}),
      },
      endpoints: [this.web],
      data: [{ name: "data", path: "/data" }],
      files: { "/etc/httpd.conf": { content: "# nothing" } },
      health: { http: this.web, path: "/", tool: "wget" },
      resources: { cpus: 1, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 10,
      observability: { metrics: none, alerts: none, dashboard: none },
      logins: [{ endpoint: this.web, user: "admin", password }],
    });
  }
}

/** Processor seconds for `count` components, each of which uses one and is used by two: for all of it, and for `describe`. */
export function secondsFor(count: number, outdir: string): { readonly synthesis: number; readonly describing: number } {
  return withoutStackTraces(() => {
    const begin = process.cpuUsage();
    const app = new App({ outdir });
    const config = checkEnvironment("synthetic", { name: "synthetic", target: "docker", groups: ["core"] });
    const environment = new PlatformEnvironment(app, config);
    const stack = new DockerTarget(environment).groupStack("core");
    const made: Synthetic[] = [];
    for (let index = 0; index < count; index += 1) {
      made.push(new Synthetic(stack, `component-${index}`, made[Math.floor((index - 1) / 2)]));
    }
    lower(environment, [stack]);
    const before = process.cpuUsage();
    describe(environment);
    const describing = secondsSince(before);
    app.synth();
    return { synthesis: secondsSince(begin), describing };
  });
}

function secondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}
