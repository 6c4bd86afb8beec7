import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";
import { toExpr } from "../core/reference";
import type { MessageBroker } from "../core/roles";

export interface KafkaUiProps {
  readonly broker: MessageBroker;
}

/** Kafka UI, behind a log-in. It starts beside the brokers, because it looks for them again and again by itself. */
export class KafkaUi extends Component {
  readonly web = this.endpoint("web", { port: 8080, scheme: "http", operatorPort: 8090 });
  readonly password = this.secret("admin-password");

  constructor(scope: Construct, { broker }: KafkaUiProps, id = "kafka-ui") {
    super(scope, id);
    this.run({
      image: images.kafkaUi,
      entrypoint: ["/bin/sh", "-c"],
      command: ["exec java --add-opens java.rmi/javax.rmi.ssl=ALL-UNNAMED $JAVA_OPTS -jar /api.jar"],
      env: {
        KAFKA_CLUSTERS_0_NAME: this.environment.name,
        KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS: broker.bootstrapServers.loose(),
        ...Object.fromEntries(
          Object.entries(broker.clientProperties).map(([key, value]) => [
            `KAFKA_CLUSTERS_0_PROPERTIES_${key.replaceAll(".", "_").toUpperCase()}`,
            value,
          ]),
        ),
        AUTH_TYPE: "LOGIN_FORM",
        SPRING_SECURITY_USER_NAME: "admin",
        SPRING_SECURITY_USER_PASSWORD: toExpr(this.password),
        // Off, or whoever has a log-in can point it at other clusters.
        DYNAMIC_CONFIG_ENABLED: "false",
        JAVA_OPTS: "-Xms128m -Xmx256m",
      },
      endpoints: [this.web],
      needs: [{ ...broker.need, loose: true }],
      // Its own 180 seconds, after the brokers': it is healthy only with them.
      health: { http: this.web, path: "/actuator/health", tool: "wget", intervalSeconds: 2, startSeconds: 360 },
      resources: { cpus: 0.5, memoryMiB: 512, minimumMemoryMiB: 384, small: { memoryMiB: 384 } },
      stopGraceSeconds: 20,
      observability: {
        metrics: { endpoint: this.web, path: "/actuator/prometheus" },
        alerts: { none: "a page for people; nothing depends on it, and its health is watched by the registry" },
        dashboard: { none: "it is a page for people itself, and Kafka's dashboard shows the brokers" },
      },
      logins: [{ endpoint: this.web, user: "admin", password: this.password }],
    });
  }
}
