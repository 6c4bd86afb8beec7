import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { text } from "../../core/reference";
import { secretFiles } from "../prometheus/scrape-login";
import { guarded, secretFolder, user, type WebLogin } from "../prometheus/web-login";
import type { AlertSettings } from "./alertmanager.config";
import { alertmanagerConfig, secretOfReceiver } from "./alertmanager-config";
import { alertmanagerAlerts, alertmanagerDashboard } from "./alertmanager-observability";

const folder = secretFolder("alertmanager");

/** Alertmanager: gathers alerts that belong together, and tells those who are to know. */
export class Alertmanager extends Component {
  readonly web = this.endpoint("web", { port: 9093, scheme: "http", operatorPort: 9093 });
  /** Undefined where the target makes no hashes of passwords. */
  readonly login: WebLogin | undefined;

  constructor(scope: Construct, { receivers }: AlertSettings, id = "alertmanager") {
    super(scope, id);
    const password = this.secret("password");
    const hash = this.hashOf(password);
    this.login = hash && { user, password, hash };
    const way = guarded(this.web, folder.path, this.login);
    const secrets = new Map(
      receivers.flatMap((receiver) => {
        const secret = secretOfReceiver(receiver);
        return secret ? [[receiver.name, this.secret(secret.name, secret.format)] as const] : [];
      }),
    );
    const configuration = alertmanagerConfig(receivers, ({ name }) => `${folder.path}/${secrets.get(name)?.id ?? ""}`);
    this.run({
      image: images.alertmanager,
      entrypoint: ["/bin/alertmanager"],
      command: [
        "--config.file=/etc/alertmanager/alertmanager.yml",
        "--storage.path=/alertmanager",
        // There is one of it; otherwise it would look for others.
        "--cluster.listen-address=",
        text`--web.external-url=${this.web.from("operator").url}`,
        ...way.command,
      ],
      env: {},
      endpoints: [this.web],
      files: {
        "/etc/alertmanager/alertmanager.yml": { content: JSON.stringify(configuration, null, 2) },
        ...way.files,
        ...secretFiles([...secrets.values()], folder.path),
      },
      scratch: [folder],
      data: [{ name: "data", path: "/alertmanager", uid: 65534, gid: 65534, ownedByImage: true }],
      readOnlyRoot: { none: "its configuration is put into the root file system before it starts" },
      capabilities: [],
      health: way.health,
      resources: { cpus: 0.25, memoryMiB: 96, minimumMemoryMiB: 64 },
      stopGraceSeconds: 20,
      observability: { metrics: way.metrics, alerts: alertmanagerAlerts, dashboard: alertmanagerDashboard },
      logins: way.logins,
    });
  }
}
