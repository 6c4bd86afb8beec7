import type { GroupName } from "../../config/schema";
import type { PlatformEnvironment } from "../core/environment";
import type { GroupStack } from "../core/group-stack";
import type { Target } from "../core/target";
import { AwsGroupStack } from "./aws-group-stack";
import { CloudMap } from "./cloud-map";
import { CloudWatchLogs } from "./cloudwatch-logs";
import { ElastiCacheRedis } from "./elasticache-redis";
import { FoundationStack } from "./foundation-stack";
import { MskBroker } from "./msk-broker";
import { RdsDatabase } from "./rds-database";
import { S3ObjectStore } from "./s3-object-store";

/** An AWS account: managed services play the roles, everything else runs on ECS Fargate. */
export class AwsTarget implements Target {
  private readonly foundation: FoundationStack;

  constructor(environment: PlatformEnvironment) {
    this.foundation = new FoundationStack(environment);
  }

  groupStack(group: GroupName): AwsGroupStack {
    return new AwsGroupStack(this.foundation, group);
  }

  serviceRegistry(): CloudMap {
    return new CloudMap();
  }

  sqlDatabase(stack: GroupStack): RdsDatabase {
    return new RdsDatabase(stack);
  }

  objectStore(stack: GroupStack, buckets: readonly string[]): S3ObjectStore {
    return new S3ObjectStore(stack, buckets);
  }

  messageBroker(stack: GroupStack): MskBroker {
    return new MskBroker(stack);
  }

  cache(stack: GroupStack): ElastiCacheRedis {
    return new ElastiCacheRedis(stack);
  }

  containerEngine(): undefined {
    return undefined;
  }

  cloudLogs(stack: GroupStack): CloudWatchLogs {
    return new CloudWatchLogs(stack);
  }

  addAgents(): void {
    // Nobody runs an agent on Fargate: ECS registers the services, and there are no hosts of ours.
  }
}
