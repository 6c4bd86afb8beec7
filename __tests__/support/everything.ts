import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../../constructs/core/component";
import { folder } from "../../constructs/core/folder";
import type { Database } from "../../constructs/core/roles";
import { text } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";

/** Uses everything that a service spec can say. One golden a target shows what becomes of it. */
export class Everything extends Component {
  readonly web = this.endpoint("web", { port: 80, scheme: "http", operatorPort: 8088 });
  readonly admin = this.endpoint("admin", { port: 81, scheme: "http" });
  readonly events = this.endpoint("events", { port: 82, scheme: "syslog", protocol: "udp", operatorPort: 8088 });
  readonly key = this.secret("key");

  constructor(
    scope: Construct,
    database: Database,
    changes: (component: Everything) => Partial<ServiceSpec> = () => ({}),
    id = "everything",
  ) {
    super(scope, id);
    this.prepare({
      name: "prepare",
      image: images.redis,
      script: "true",
      env: { KEY: text`${this.key}` },
      memoryMiB: 64,
    });
    this.run({
      image: images.redis,
      entrypoint: ["/entry", "a b"],
      command: ["--public", this.web.from("operator").url, "${HOME} %{x}"],
      env: { B: "2", A: text`${this.admin}`, DATABASE: database.uri("driver") },
      endpoints: [this.web, this.admin, this.events],
      data: [{ name: "data", path: "/data", uid: 5, gid: 6 }],
      volumes: [{ name: "shared", path: "/shared", uid: 7 }],
      trees: { "/opt/folder": folder("__tests__/support/folder") },
      scratch: [{ path: "/scratch", sizeMiB: 32, uid: 1000 }],
      files: {
        "/etc/plain.conf": { content: text`listen ${this.admin.from("platform").port}\n` },
        "/etc/secret.conf": { content: text`key ${this.key}\n`, uid: 5 },
      },
      health: {
        http: this.web,
        path: "/up",
        tool: "curl",
        intervalSeconds: 2,
        timeoutSeconds: 3,
        retries: 4,
        startSeconds: 90,
      },
      resources: { cpus: 1.5, memoryMiB: 300, minimumMemoryMiB: 100, reservedCpus: 0.5, reservedMemoryMiB: 200 },
      replicas: { min: 1, desired: 2, max: 4, targetCpuPercent: 60 },
      aliases: ["all"],
      stopGraceSeconds: 11,
      processInit: true,
      observability: {
        metrics: { endpoint: this.admin, path: "/metrics" },
        alerts: [
          {
            alert: "Down",
            expr: "up == 0",
            forSeconds: 5,
            severity: "critical",
            summary: "It is down",
            runbook: "Start it.",
          },
        ],
        dashboard: () => ({ title: "Everything", panels: [] }),
      },
      logins: [{ endpoint: this.web, user: "root", password: this.key }],
      ...changes(this),
    });
    // What the changes leave out is not declared either.
    const opened = this.services.flatMap(({ spec }) => spec.endpoints);
    this.endpoints.splice(0, Infinity, ...opened);
  }
}
