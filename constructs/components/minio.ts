import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";
import { Secret, text, toExpr } from "../core/reference";
import type { SecretFormat } from "../core/secret-format";
import type { Bucket, BucketGrant, BucketOptions, Consumer, ObjectStore, ObjectStoreAccess } from "../core/roles";
import { minioAlerts, minioDashboard } from "./minio-observability";
import { accountStep, bucketStep } from "./minio-steps";

export interface MinioProps {
  /** Buckets that exist whether somebody uses them or not. */
  readonly buckets: readonly string[];
}

/** MinIO. Consumers get accounts of their own, limited to their buckets; versioning is on everywhere. */
export class Minio extends Component implements ObjectStore {
  readonly api = this.endpoint("api", { port: 9000, scheme: "http", operatorPort: 9000, page: false });
  readonly console = this.endpoint("console", { port: 9001, scheme: "http", operatorPort: 9001 });
  readonly rootPassword = this.secret("root-password");
  readonly separateAccounts = true;
  private readonly buckets: readonly string[];

  constructor(scope: Construct, props: MinioProps, id = "minio") {
    super(scope, id);
    this.buckets = props.buckets;
    this.run({
      image: images.minio,
      entrypoint: ["/usr/bin/docker-entrypoint.sh"],
      command: ["server", "/data", "--console-address", ":9001"],
      env: {
        MINIO_ROOT_USER: "root",
        MINIO_ROOT_PASSWORD: toExpr(this.rootPassword),
        // Only containers on the platform's network reach this path, so that it needs no token.
        MINIO_PROMETHEUS_AUTH_TYPE: "public",
        MINIO_BROWSER_REDIRECT_URL: this.console.from("operator").url,
        MINIO_UPDATE: "off",
      },
      endpoints: [this.api, this.console],
      data: [{ name: "data", path: "/data" }],
      health: { http: this.api, path: "/minio/health/cluster", tool: "curl", intervalSeconds: 2, startSeconds: 120 },
      resources: {
        cpus: 1,
        memoryMiB: 768,
        minimumMemoryMiB: 384,
        small: { memoryMiB: 512 },
        large: { cpus: 2, memoryMiB: 2048 },
      },
      stopGraceSeconds: 30,
      observability: {
        metrics: { endpoint: this.api, path: "/minio/v2/metrics/cluster" },
        alerts: minioAlerts,
        dashboard: minioDashboard,
      },
      logins: [{ endpoint: this.console, user: "root", password: this.rootPassword }],
    });
    this.provision(bucketStep("buckets", props.buckets, this.api, this.rootPassword));
  }

  bucket(name: string, { folders = [], ...options }: BucketOptions = {}): Bucket {
    const made = [name, ...folders.map((folder) => `${name}/${folder}`)];
    const steps = this.buckets.includes(name)
      ? []
      : [bucketStep(`bucket-${name}`, made, this.api, this.rootPassword, options)];
    const need = { provider: this.name, steps };
    return { name, uri: text`s3://${name}`.withNeeds(need), need };
  }

  access(consumer: Consumer, grants: readonly BucketGrant[]): ObjectStoreAccess {
    const { name, component } = consumer;
    const { environment } = this;
    const secretOf = (what: string, format: SecretFormat): Secret =>
      environment.addSecret(
        component === undefined ? new Secret(name, what, format) : new Secret(component, `${name}-${what}`, format),
      );
    const secretKey = secretOf("object-store-key", "password");
    const need = {
      provider: this.name,
      steps: [
        ...grants.flatMap(({ bucket }) => bucket.need.steps ?? []),
        accountStep(name, secretKey, grants, this.api, this.rootPassword),
      ],
    };
    return {
      need,
      sdkEnvironment: {
        AWS_ACCESS_KEY_ID: toExpr(name).withNeeds(need),
        AWS_SECRET_ACCESS_KEY: toExpr(secretKey),
        AWS_ENDPOINT_URL_S3: this.api.url,
        // MinIO has no regions; SDKs refuse to sign without one.
        AWS_REGION: toExpr("us-east-1"),
      },
      // Made when somebody asks for it: most take the variables.
      get credentialsFile() {
        return secretOf("object-store-credentials", { credentialsOf: secretKey.id, account: name });
      },
      endpointUrl: this.api.url,
      hadoopProperties: {
        "fs.s3a.endpoint": this.api.url,
        "fs.s3a.path.style.access": "true",
        "fs.s3a.connection.ssl.enabled": "false",
      },
    };
  }
}
