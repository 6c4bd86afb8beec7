import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { observabilityOf } from "../../core/observability-of";
import { type Expr, join, late, type Secret, toExpr } from "../../core/reference";
import { probeAlerts, probeDashboard } from "./probe-observability";

/** Certificates of the environment's authority, which encrypted pages are answered with. */
const authorityFile = "/run/blackbox-exporter/authority.pem";

/** Opens the published pages from inside the platform, when Prometheus asks for it. */
export class BlackboxExporter extends Component {
  readonly web = this.endpoint("web", { port: 9115, scheme: "http", page: false });

  constructor(scope: Construct, id = "blackbox-exporter") {
    super(scope, id);
    this.run({
      image: images.blackboxExporter,
      entrypoint: ["/bin/blackbox_exporter"],
      command: ["--config.file=/etc/blackbox_exporter/config.yml"],
      env: {},
      endpoints: [this.web],
      files: { "/etc/blackbox_exporter/config.yml": { content: late(() => this.configuration()) } },
      lateFiles: () => ({
        // Nothing reads it: where references open firewalls, these let it reach the pages.
        "/etc/blackbox_exporter/pages": { content: this.pages() },
        ...(this.hasEncryptedPages() ? { [authorityFile]: { content: toExpr(this.authority()) } } : {}),
      }),
      scratch: [{ path: "/run/blackbox-exporter", sizeMiB: 1, uid: 65534 }],
      user: "65534:65534",
      readOnlyRoot: { none: "its configuration is put into the root file system before it starts" },
      capabilities: [],
      health: { http: this.web, path: "/-/healthy", tool: "wget", intervalSeconds: 2 },
      resources: { cpus: 0.25, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 10,
      observability: {
        metrics: { endpoint: this.web, path: "/metrics" },
        alerts: probeAlerts,
        dashboard: probeDashboard,
      },
    });
  }

  private pages(): Expr {
    const urls = observabilityOf(this.environment).pages.map(({ endpoint }) => endpoint.url.loose());
    return join(urls, "\n");
  }

  private configuration(): string {
    const pageModule = (refusals: readonly number[]): object => ({
      prober: "http",
      timeout: "5s",
      http: {
        // Where a page leads on to is an address for operators, which may not be one in here.
        follow_redirects: false,
        valid_status_codes: [200, 204, 301, 302, 303, 307, 308, ...refusals],
        ...(this.hasEncryptedPages() ? { tls_config: { ca_file: authorityFile } } : {}),
      },
    });
    return JSON.stringify({ modules: { page: pageModule([]), page_with_login: pageModule([401, 403]) } }, null, 2);
  }

  private hasEncryptedPages(): boolean {
    return observabilityOf(this.environment).pages.some(({ endpoint }) => endpoint.scheme === "https");
  }

  /** Of a certificate that nobody else needs. */
  private authority(): Secret {
    return this.certificate("client", { names: [this.name], usage: "client" }).authority;
  }
}
