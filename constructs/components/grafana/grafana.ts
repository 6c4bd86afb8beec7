import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { generatedFolder } from "../../core/folder";
import { toExpr } from "../../core/reference";
import { shellScript } from "../../core/shell-script";
import { grafanaAlerts, grafanaDashboards } from "./grafana-observability";
import { overviewPath, platformDashboards } from "./platform-dashboards";
import { dashboardProvider, dataSources, sourcePasswords, type Sources } from "./provisioning";

const dashboardFolder = "/etc/datalab/dashboards";
const provisioningFolder = "/etc/grafana/provisioning";
/** In memory, so that they are in no layer of the container. */
const secretsFolder = "/run/grafana";
const account = 472;

/** Grafana behind a log-in: data sources and dashboards come from here, and what people make themselves is in its volume. */
export class Grafana extends Component {
  readonly web = this.endpoint("web", { port: 3000, scheme: "http", operatorPort: 3000 });
  readonly adminPassword = this.secret(
    "admin-password",
    "password",
    shellScript("constructs/components/grafana/grafana-admin-password.sh"),
  );
  /** Of an account that may see `/metrics` and nothing else. */
  readonly metricsPassword = this.secret("metrics-password");
  /** Encrypts what people keep in Grafana, for example passwords of data sources of their own. */
  readonly secretKey = this.secret("secret-key");

  constructor(scope: Construct, sources: Sources, id = "grafana") {
    super(scope, id);
    const { environment } = this;
    this.run({
      image: images.grafana,
      entrypoint: ["/run.sh"],
      env: {
        GF_SECURITY_ADMIN_USER: "admin",
        GF_SECURITY_ADMIN_PASSWORD__FILE: `${secretsFolder}/admin-password`,
        GF_SECURITY_SECRET_KEY__FILE: `${secretsFolder}/secret-key`,
        GF_SERVER_ROOT_URL: this.web.from("operator").url,
        GF_METRICS_BASIC_AUTH_USERNAME: "metrics",
        GF_METRICS_BASIC_AUTH_PASSWORD__FILE: `${secretsFolder}/metrics-password`,
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${dashboardFolder}/${overviewPath}`,
        GF_USERS_ALLOW_SIGN_UP: "false",
        GF_AUTH_ANONYMOUS_ENABLED: "false",
        // Nothing of it asks anybody outside: not for news, versions or pictures, and not for plugins at start.
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
        GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: "false",
        GF_NEWS_NEWS_FEED_ENABLED: "false",
        GF_SECURITY_DISABLE_GRAVATAR: "true",
        GF_SNAPSHOTS_EXTERNAL_ENABLED: "false",
        GF_PLUGINS_PREINSTALL_DISABLED: "true",
      },
      endpoints: [this.web],
      data: [{ name: "data", path: "/var/lib/grafana", uid: account, gid: 0, ownedByImage: true }],
      scratch: [{ path: secretsFolder, sizeMiB: 1, uid: account }],
      files: {
        [`${secretsFolder}/admin-password`]: { content: toExpr(this.adminPassword), uid: account },
        [`${secretsFolder}/metrics-password`]: { content: toExpr(this.metricsPassword), uid: account },
        [`${secretsFolder}/secret-key`]: { content: toExpr(this.secretKey), uid: account },
        ...sourcePasswords(sources, secretsFolder),
        [`${provisioningFolder}/datasources/datalab.yaml`]: { content: dataSources(sources, secretsFolder) },
        [`${provisioningFolder}/dashboards/datalab.yaml`]: { content: dashboardProvider(dashboardFolder) },
      },
      trees: { [dashboardFolder]: generatedFolder("dashboards", () => platformDashboards(environment, sources.logs)) },
      needs: sources.logs?.kind === "cloudwatch" ? [sources.logs.cloud.need] : [],
      health: { http: this.web, path: "/api/health", tool: "curl", intervalSeconds: 2, startSeconds: 180 },
      resources: { cpus: 0.5, memoryMiB: 256, minimumMemoryMiB: 192 },
      // Its users and what they made are in one file.
      singleton: true,
      stopGraceSeconds: 30,
      observability: {
        metrics: {
          endpoint: this.web,
          path: "/metrics",
          login: { user: "metrics", password: this.metricsPassword },
        },
        alerts: grafanaAlerts,
        dashboard: grafanaDashboards,
      },
      logins: [{ endpoint: this.web, user: "admin", password: this.adminPassword }],
    });
  }
}
