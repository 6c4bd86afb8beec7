import { MskCluster } from "@cdktf/provider-aws/lib/msk-cluster";
import { MskConfiguration } from "@cdktf/provider-aws/lib/msk-configuration";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { topicStep } from "../components/kafka-topic";
import { type AddressForm, type Endpoint, Expr } from "../core/reference";
import type { MessageBroker, Topic, TopicOptions } from "../core/roles";
import { logGroup } from "./logs";
import { ManagedComponent } from "./managed-component";
import { add } from "./resource";

/** The version that AWS recommends, without ZooKeeper. */
const kafkaVersion = "3.8.x.kraft";

/** Kafka as MSK runs it: a broker in each zone, every topic on all of them, TLS, open to security groups only. */
export class MskBroker extends ManagedComponent implements MessageBroker {
  readonly tls = this.endpoint("tls", { port: 9094, scheme: "kafka" });
  readonly brokerCount: number;
  /** The brokers' list is one address here: MSK hands it out whole. */
  readonly bootstrapServers = this.tls.authority;
  readonly clientProperties = { "security.protocol": "SSL" };
  readonly need = { provider: this.name };
  readonly ready: readonly ITerraformDependable[];
  private readonly cluster: MskCluster;

  constructor(scope: Construct, id = "kafka") {
    super(scope, id, "brokers");
    const { stack } = this;
    const { foundation, aws, dataDeletable } = stack;
    this.brokerCount = aws.kafka.brokers;
    const name = stack.named(id);
    const configuration = add(MskConfiguration, this, id, {
      name,
      kafkaVersions: [kafkaVersion],
      serverProperties: [
        "auto.create.topics.enable=false",
        `default.replication.factor=${this.brokerCount}`,
        `min.insync.replicas=${this.brokerCount - 1}`,
        "",
      ].join("\n"),
    });
    const log = logGroup(stack, this, id, `/datalab/${stack.environment.name}/${id}`, foundation.keyArn);
    this.cluster = add(MskCluster, this, id, {
      clusterName: name,
      kafkaVersion,
      numberOfBrokerNodes: this.brokerCount,
      brokerNodeGroupInfo: {
        instanceType: aws.brokers.instanceType,
        clientSubnets: [...foundation.network.privateSubnetIds],
        securityGroups: [foundation.securityGroups.of(this)],
        storageInfo: { ebsStorageInfo: { volumeSize: aws.brokers.storageGiB } },
      },
      configurationInfo: { arn: configuration.arn, revision: configuration.latestRevision },
      encryptionInfo: {
        encryptionAtRestKmsKeyArn: foundation.keyArn,
        encryptionInTransit: { clientBroker: "TLS", inCluster: true },
      },
      // Who may connect is decided by security groups; the platform's clients know no IAM log-in.
      clientAuthentication: { unauthenticated: true },
      loggingInfo: { brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: log.name } } },
      lifecycle: { preventDestroy: !dataDeletable },
    });
    this.ready = [this.cluster];
  }

  override get identity(): string {
    return this.cluster.clusterUuid;
  }

  topic(name: string, options: TopicOptions = {}): Topic {
    const need = { provider: this.name, steps: [topicStep(name, options, this)] };
    return { name: new Expr([name], [need]), need };
  }

  /** @throws Error when asked for a single host: there are several brokers. */
  addressText(endpoint: Endpoint, form: AddressForm): string {
    if (form === "port") return String(endpoint.port);
    if (form !== "authority") throw new Error(`${endpoint.id} is a list of brokers and has no ${form}`);
    return this.cluster.bootstrapBrokersTls;
  }
}
