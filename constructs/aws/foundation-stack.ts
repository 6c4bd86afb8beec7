import type { PlatformEnvironment } from "../core/environment";
import { AwsStack } from "./aws-stack";
import { nightlyBackup } from "./backup";
import { type Cluster, ecsCluster } from "./cluster";
import { encryptionKey } from "./encryption";
import { FileSystem } from "./file-system";
import { FolderStore } from "./folder-store";
import { ImageRepositories } from "./image-repositories";
import { LoadBalancer } from "./load-balancer";
import { ManagedSecrets } from "./managed-secrets";
import { NameService } from "./name-service";
import { Network } from "./network";
import { PublicNames } from "./public-names";
import { SecurityGroups } from "./security-groups";
import { StepRunner } from "./step-runner";

/** What outlives every group: network, key, secrets, cluster, names, front door, repositories, storage, backups. */
export class FoundationStack extends AwsStack {
  readonly kind = "foundation";
  readonly group = undefined;
  readonly keyArn: string;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly nameService: NameService;
  readonly loadBalancer: LoadBalancer;
  readonly repositories: ImageRepositories;
  readonly fileSystem: FileSystem;
  readonly folders: FolderStore;
  readonly securityGroups: SecurityGroups;
  readonly secrets: ManagedSecrets;
  readonly publicNames: PublicNames;
  readonly stepRunner: StepRunner;

  constructor(environment: PlatformEnvironment) {
    super(environment, "foundation");
    this.keyArn = encryptionKey(this).arn;
    this.network = new Network(this, this.keyArn);
    this.cluster = ecsCluster(this, this.keyArn);
    this.nameService = new NameService(this, this.network.vpcId);
    this.loadBalancer = new LoadBalancer(this, this.network);
    this.repositories = new ImageRepositories(this, this.keyArn);
    this.fileSystem = new FileSystem(this, this.network, this.keyArn);
    this.folders = new FolderStore(this, this.keyArn);
    this.securityGroups = new SecurityGroups(this);
    this.secrets = new ManagedSecrets(this);
    this.publicNames = new PublicNames(environment, this.aws.domain);
    this.stepRunner = new StepRunner(this, this.cluster, this.keyArn);
    nightlyBackup(this, this.keyArn);
  }
}
