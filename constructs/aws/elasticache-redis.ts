import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack";
import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { addressAt } from "../core/address-at";
import { type AddressForm, type Endpoint, type Expr, text } from "../core/reference";
import type { Cache } from "../core/roles";
import { ManagedComponent } from "./managed-component";
import { add } from "./resource";

/** One primary, and a replica in another zone that takes over. */
const nodes = 2;
/** Days for which ElastiCache keeps its nightly snapshot. */
const snapshotDays = 7;

/** Redis 7 as ElastiCache runs it: encrypted, with TLS and a password. */
export class ElastiCacheRedis extends ManagedComponent implements Cache {
  readonly keys = this.endpoint("keys", { port: 6379, scheme: "rediss" });
  readonly password = this.secret("password");
  readonly host = this.keys.host;
  readonly port = this.keys.from("platform").port;
  readonly ready: readonly ITerraformDependable[];
  private readonly replicationGroup: ElasticacheReplicationGroup;

  constructor(scope: Construct, id = "redis") {
    super(scope, id, "cache");
    const { stack } = this;
    const { foundation, aws, dataDeletable } = stack;
    const name = stack.named(id);
    const subnets = add(ElasticacheSubnetGroup, this, id, {
      name,
      subnetIds: [...foundation.network.privateSubnetIds],
    });
    const user = this.defaultUser(name);
    this.replicationGroup = add(ElasticacheReplicationGroup, this, id, {
      replicationGroupId: name,
      description: `Cache of DataLab's environment ${stack.environment.name}`,
      engine: "redis",
      engineVersion: "7.1",
      parameterGroupName: "default.redis7",
      nodeType: aws.cache.nodeType,
      numCacheClusters: nodes,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: this.keys.port,
      subnetGroupName: subnets.name,
      securityGroupIds: [foundation.securityGroups.of(this)],
      atRestEncryptionEnabled: "true",
      kmsKeyId: foundation.keyArn,
      transitEncryptionEnabled: true,
      userGroupIds: [name],
      snapshotRetentionLimit: snapshotDays,
      ...(dataDeletable ? {} : { finalSnapshotIdentifier: `${name}-final` }),
      autoMinorVersionUpgrade: "true",
      lifecycle: { preventDestroy: !dataDeletable },
      dependsOn: [user],
    });
    this.ready = [this.replicationGroup];
  }

  uri(database = 0): Expr {
    return text`rediss://:${this.password}@${this.keys}/${database}`;
  }

  addressText(endpoint: Endpoint, form: AddressForm): string {
    return addressAt(endpoint, form, this.replicationGroup.primaryEndpointAddress);
  }

  /**
   * The account that clients use who give a password only. Neither `auth_token` nor the provider's own user
   * can be written without leaving the password in Terraform's state. CloudFormation reads it from
   * Secrets Manager itself, so this one account is declared there.
   */
  private defaultUser(name: string): CloudformationStack {
    const secret = this.stack.foundation.secrets.of(this.password);
    return add(CloudformationStack, this, this.name, {
      name: `${name}-user`,
      templateBody: JSON.stringify({
        Resources: {
          DefaultUser: {
            Type: "AWS::ElastiCache::User",
            Properties: {
              Engine: "redis",
              UserId: name,
              UserName: "default",
              AccessString: "on ~* &* +@all",
              Passwords: [secret.dynamicReference],
            },
          },
          Users: {
            Type: "AWS::ElastiCache::UserGroup",
            Properties: { Engine: "redis", UserGroupId: name, UserIds: [{ Ref: "DefaultUser" }] },
          },
        },
      }),
    });
  }
}
