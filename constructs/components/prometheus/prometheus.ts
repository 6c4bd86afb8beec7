import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import type { PlatformEnvironment } from "../../core/environment";
import { generatedFolder } from "../../core/folder";
import { jsonText } from "../../core/json-text";
import { type EnvironmentObservability, observabilityOf } from "../../core/observability-of";
import { type Endpoint, type Expr, late, text } from "../../core/reference";
import type { CatalogueAccess, ServiceRegistry } from "../../core/roles";
import type { Alertmanager } from "../alertmanager/alertmanager";
import type { MonitoringSettings } from "./prometheus.config";
import { prometheusAlerts, prometheusDashboard } from "./prometheus-observability";
import { scrapeSeconds } from "./intervals";
import { ruleFile } from "./rule-file";
import { scrapeConfigs } from "./scrape-config";
import { loginSettings, secretFiles, secretsOf } from "./scrape-login";
import { guarded, secretFolder, user, type WebLogin } from "./web-login";

export interface PrometheusProps {
  readonly registry: ServiceRegistry;
  readonly settings: MonitoringSettings;
  /** Who is told of alerts; without one they are on Prometheus' page only. */
  readonly alertmanager?: Alertmanager;
  /** Where pages are probed from; without one they are not. */
  readonly prober?: Endpoint;
}

const rulesFolder = "/etc/prometheus/rules";
const rulesFile = "datalab.json";
const folder = secretFolder("prometheus");

/** Prometheus: collects the metrics of everything that runs, and judges the alert rules of all components. */
export class Prometheus extends Component {
  readonly web = this.endpoint("web", { port: 9090, scheme: "http", operatorPort: 9090 });
  /** Undefined where the target makes no hashes of passwords. */
  readonly login: WebLogin | undefined;
  private readonly alertmanager: Alertmanager | undefined;
  private readonly prober: Endpoint | undefined;

  constructor(scope: Construct, { registry, settings, alertmanager, prober }: PrometheusProps, id = "prometheus") {
    super(scope, id);
    const { environment } = this;
    this.alertmanager = alertmanager;
    this.prober = prober;
    const password = this.secret("password");
    const hash = this.hashOf(password);
    this.login = hash && { user, password, hash };
    const catalogue = registry.catalogue(this);
    const way = guarded(this.web, folder.path, this.login);
    this.run({
      image: images.prometheus,
      entrypoint: ["/bin/prometheus"],
      command: [
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        `--storage.tsdb.retention.time=${settings.retentionDays}d`,
        // Its GB is a GiB.
        `--storage.tsdb.retention.size=${settings.retentionGiB}GB`,
        text`--web.external-url=${this.web.from("operator").url}`,
        ...way.command,
      ],
      env: {},
      endpoints: [this.web],
      files: {
        "/etc/prometheus/prometheus.yml": {
          content: late(() => this.configuration(observabilityOf(environment), catalogue)),
        },
        ...way.files,
      },
      // As a folder: on AWS files are in the task definition, which may have 64 KiB, and rules grow with the platform.
      trees: { [rulesFolder]: generatedFolder("rules", () => ({ [rulesFile]: rulesOf(environment) })) },
      lateFiles: () => this.secretFiles(catalogue),
      scratch: [folder],
      needs: catalogue ? [catalogue.need] : [],
      data: [{ name: "data", path: "/prometheus", uid: 65534, gid: 65534, ownedByImage: true }],
      readOnlyRoot: { none: "its configuration is put into the root file system before it starts" },
      capabilities: [],
      health: way.health,
      resources: { cpus: 0.5, memoryMiB: 512, minimumMemoryMiB: 256 },
      stopGraceSeconds: 60,
      observability: {
        metrics: way.metrics,
        alerts: prometheusAlerts(catalogue !== undefined),
        dashboard: prometheusDashboard,
      },
      logins: way.logins,
    });
  }

  private configuration({ targets, pages }: EnvironmentObservability, catalogue: CatalogueAccess | undefined): Expr {
    const { alertmanager } = this;
    // Who judges and who tells are known by address, and so is the catalogue: a dead one still raises an alert.
    const fixed = [
      this.name,
      ...(alertmanager ? [alertmanager.name] : []),
      ...(catalogue ? [catalogue.address.owner] : []),
    ];
    const receivers = alertmanager && [
      {
        static_configs: [{ targets: [alertmanager.web.authority.loose()] }],
        ...loginSettings(alertmanager.login, folder.path),
      },
    ];
    return jsonText({
      global: {
        scrape_interval: `${scrapeSeconds}s`,
        evaluation_interval: "10s",
        external_labels: { environment: this.environment.name },
      },
      rule_files: [`${rulesFolder}/${rulesFile}`],
      ...(receivers ? { alerting: { alertmanagers: receivers } } : {}),
      scrape_configs: scrapeConfigs({
        targets,
        pages,
        catalogue,
        fixed,
        prober: this.prober?.authority.loose(),
        folder: folder.path,
      }),
    });
  }

  private secretFiles(catalogue: CatalogueAccess | undefined): ReturnType<typeof secretFiles> {
    const { targets } = observabilityOf(this.environment);
    const logins = [...targets.map(({ login }) => login), this.alertmanager?.login];
    return secretFiles([...logins.flatMap(secretsOf), ...(catalogue ? [catalogue.token] : [])], folder.path);
  }
}

function rulesOf(environment: PlatformEnvironment): string {
  const { rules } = observabilityOf(environment);
  return `${JSON.stringify(
    ruleFile(rules, (name) => environment.component(name).group),
    null,
    1,
  )}\n`;
}
