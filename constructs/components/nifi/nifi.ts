import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import type { DataVolume, FileContent, Resources } from "../../core/service-spec";
import { text, toExpr } from "../../core/reference";
import { shellScript } from "../../core/shell-script";
import { nifiAlerts, nifiDashboard } from "./nifi-observability";

const home = "/opt/nifi/nifi-current";
const tls = "/opt/nifi/tls";
const account = { uid: 1000, gid: 1000 };
const user = "admin";

/** What has to outlive the container. `conf` has the flow; an empty folder there would hide the image's configuration. */
const folders = {
  conf: "conf",
  state: "state",
  database: "database_repository",
  flowfile: "flowfile_repository",
  content: "content_repository",
  provenance: "provenance_repository",
} as const;

const resources: Resources = {
  cpus: 1,
  memoryMiB: 1536,
  minimumMemoryMiB: 1024,
  small: { memoryMiB: 1024 },
  large: { cpus: 2, memoryMiB: 4096 },
};

/**
 * NiFi with one user, behind TLS from the environment's authority. NiFi takes every client with a certificate of that
 * authority for this user, Prometheus among them.
 */
export class Nifi extends Component {
  readonly web = this.endpoint("web", { port: 8443, scheme: "https", operatorPort: 8443, page: "/nifi/" });
  readonly password = this.secret("password");
  /** Encrypts passwords within flows. With another one, NiFi cannot read the flow that it keeps. */
  readonly sensitiveKey = this.secret(
    "sensitive-properties-key",
    "password",
    shellScript("constructs/components/nifi/nifi-keep-key.sh"),
  );
  readonly tls = this.certificate("tls", { names: [this.web], usage: "server" });
  /** With which metrics are asked for. */
  readonly metricsTls = this.certificate("metrics-tls", { names: ["metrics.nifi"], usage: "client" });

  constructor(scope: Construct, id = "nifi") {
    super(scope, id);
    // Half is left to what Java keeps outside its heap: buffers, threads, the index of provenance events.
    const heap = `${Math.floor(this.environment.sized(this.name, this.name, resources).memoryMiB / 2)}m`;
    const files = this.files();
    this.run({
      image: images.nifi,
      entrypoint: ["/opt/nifi/scripts/start.sh"],
      env: {
        AUTH: "tls",
        KEYSTORE_PATH: `${tls}/keystore.p12`,
        KEYSTORE_TYPE: "PKCS12",
        KEYSTORE_PASSWORD: toExpr(this.tls.storePassword),
        TRUSTSTORE_PATH: `${tls}/truststore.p12`,
        TRUSTSTORE_TYPE: "PKCS12",
        TRUSTSTORE_PASSWORD: toExpr(this.tls.storePassword),
        // The image means `tls` for many users with certificates; these two bring back the one with a password.
        NIFI_SECURITY_USER_AUTHORIZER: "single-user-authorizer",
        NIFI_SECURITY_USER_LOGIN_IDENTITY_PROVIDER: "single-user-provider",
        SINGLE_USER_CREDENTIALS_USERNAME: user,
        SINGLE_USER_CREDENTIALS_PASSWORD: toExpr(this.password),
        NIFI_SENSITIVE_PROPS_KEY: toExpr(this.sensitiveKey),
        NIFI_WEB_HTTPS_PORT: String(this.web.port),
        // Requests that name another host are refused.
        NIFI_WEB_PROXY_HOST: this.web.from("operator").authority,
        NIFI_JVM_HEAP_INIT: heap,
        NIFI_JVM_HEAP_MAX: heap,
      },
      endpoints: [this.web],
      data: Object.entries(folders).map(([name, folder]) => volume(name, `${home}/${folder}`)),
      files,
      singleton: true,
      // Its management server answers long before the page does, and the page by its own name only.
      health: {
        shell: text`curl -fsS --cacert ${tls}/authority.pem -o /dev/null ${this.web.url}/nifi/`,
        answers: this.web,
        startSeconds: 300,
      },
      resources,
      stopGraceSeconds: 90,
      observability: {
        metrics: {
          endpoint: this.web,
          path: "/nifi-api/flow/metrics/prometheus",
          login: { certificate: this.metricsTls },
        },
        alerts: nifiAlerts,
        dashboard: nifiDashboard,
      },
      logins: [{ endpoint: this.web, user, password: this.password }],
    });
  }

  private files(): Readonly<Record<string, FileContent>> {
    const { uid } = account;
    return {
      [`${tls}/keystore.p12`]: { content: toExpr(this.tls.keyStore), uid },
      [`${tls}/truststore.p12`]: { content: toExpr(this.tls.trustStore), uid },
      [`${tls}/authority.pem`]: { content: toExpr(this.tls.authority), uid },
    };
  }
}

function volume(name: string, path: string): DataVolume {
  return { name, path, ...account, ownedByImage: true };
}
