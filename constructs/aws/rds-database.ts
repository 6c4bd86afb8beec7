import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { databasePassword, databaseReference, databaseStep } from "../components/postgres-database";
import { addressAt } from "../core/address-at";
import type { AddressForm, Endpoint } from "../core/reference";
import type { Consumer, Database, SqlDatabase } from "../core/roles";
import { logGroup } from "./logs";
import { ManagedComponent } from "./managed-component";
import { storageGrowth } from "./rds-database.config";
import { add } from "./resource";

const adminUser = "postgres";
/** Days for which RDS keeps its own backups, to any second of which it can be set back. */
const restorableDays = 14;

/** PostgreSQL 16 as RDS runs it: encrypted, with TLS only, in private subnets. */
export class RdsDatabase extends ManagedComponent implements SqlDatabase {
  readonly sql = this.endpoint("sql", { port: 5432, scheme: "postgresql" });
  readonly adminPassword = this.secret("admin-password");
  readonly ready: readonly ITerraformDependable[];
  private readonly instance: DbInstance;

  constructor(scope: Construct, id = "postgres") {
    super(scope, id, "database");
    const { stack } = this;
    const { foundation, aws, dataDeletable } = stack;
    const identifier = stack.named(id);
    const subnets = add(DbSubnetGroup, this, id, {
      name: identifier,
      subnetIds: [...foundation.network.privateSubnetIds],
    });
    const parameters = add(DbParameterGroup, this, id, {
      name: `${identifier}-16`,
      family: "postgres16",
      parameter: [{ name: "rds.force_ssl", value: "1" }],
      lifecycle: { createBeforeDestroy: true },
    });
    // RDS would make these groups itself, and keep their content for ever.
    const logs = ["postgresql", "upgrade"].map((kind) =>
      logGroup(stack, this, `${id}-${kind}`, `/aws/rds/instance/${identifier}/${kind}`, foundation.keyArn),
    );
    const password = foundation.secrets.writeOnly(stack, this.adminPassword);
    this.instance = add(DbInstance, this, id, {
      identifier,
      engine: "postgres",
      engineVersion: "16",
      instanceClass: aws.database.instanceClass,
      allocatedStorage: aws.database.storageGiB,
      maxAllocatedStorage: aws.database.storageGiB * storageGrowth,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: foundation.keyArn,
      multiAz: aws.database.multiAz,
      dbName: "postgres",
      username: adminUser,
      passwordWo: password.value,
      passwordWoVersion: password.version,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [foundation.securityGroups.of(this)],
      publiclyAccessible: false,
      parameterGroupName: parameters.name,
      backupRetentionPeriod: restorableDays,
      copyTagsToSnapshot: true,
      deletionProtection: !dataDeletable,
      skipFinalSnapshot: dataDeletable,
      ...(dataDeletable ? {} : { finalSnapshotIdentifier: `${identifier}-final` }),
      autoMinorVersionUpgrade: true,
      ...(insightsKnow(aws.database.instanceClass)
        ? { performanceInsightsEnabled: true, performanceInsightsKmsKeyId: foundation.keyArn }
        : {}),
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      lifecycle: { preventDestroy: !dataDeletable },
      dependsOn: logs,
      tags: { "datalab:backup": "true" },
    });
    this.ready = [this.instance];
  }

  override get identity(): string {
    return this.instance.resourceId;
  }

  database(consumer: Consumer, name: string): Database {
    const password = this.environment.addSecret(databasePassword(consumer.name, name));
    const step = databaseStep(name, password, this.sql, adminUser, this.adminPassword);
    const encrypted = { ...step, env: { ...step.env, PGSSLMODE: "require" } };
    return databaseReference(this.name, this.sql, password, encrypted, name, (driver) => `?${encryption(driver)}`);
  }

  addressText(endpoint: Endpoint, form: AddressForm): string {
    return addressAt(endpoint, form, this.instance.address);
  }
}

/** Performance Insights leaves out the smallest classes of the burstable families. */
function insightsKnow(instanceClass: string): boolean {
  return !/\.t\w+\.(micro|small)$/.test(instanceClass);
}

/** What makes a driver encrypt: libpq's own word, which asyncpg does not know. */
function encryption(driver: string | undefined): string {
  return driver === "asyncpg" ? "ssl=require" : "sslmode=require";
}
