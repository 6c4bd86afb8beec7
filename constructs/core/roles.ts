import type { EngineMode } from "./host-access";
import type { Endpoint, Expr, Need, Secret } from "./reference";

/** Who uses a role: accounts, databases and secrets carry its name. */
export interface Consumer {
  readonly name: string;
  /** The component that owns its secrets, where a component has several accounts. Default: the one called `name`. */
  readonly component?: string;
}

/** What a consumer may do with a bucket. */
export type BucketMode = "read" | "read-write";

/** A bucket by name; using it makes sure that it exists. */
export interface Bucket {
  readonly name: string;
  /** `s3://<name>`. */
  readonly uri: Expr;
  readonly need: Need;
}

export interface BucketOptions {
  /**
   * Folders that exist before anything is in them, for software that looks for one first; without a slash at the end.
   * The object store keeps an empty object for each. Default: none.
   */
  readonly folders?: readonly string[];
  /** Whether what is replaced or deleted can be had back. Default `true`; `false` for software that deletes old data by itself. */
  readonly versioned?: boolean;
}

export interface BucketGrant {
  readonly bucket: Bucket;
  readonly mode: BucketMode;
}

/** One consumer's access to the object store: its own account or identity, limited to its grants. */
export interface ObjectStoreAccess {
  readonly need: Need;
  /** Variables that the AWS SDKs read; empty where the service's identity is enough. */
  readonly sdkEnvironment: Readonly<Record<string, Expr>>;
  /**
   * The account as a file, for images without a shell, to which no secret comes in a variable; the SDKs find it by
   * `AWS_SHARED_CREDENTIALS_FILE`. Undefined where the service's identity is enough.
   */
  readonly credentialsFile: Secret | undefined;
  /** The store's address for software that takes it apart from the SDK's variables; undefined: the cloud's own. */
  readonly endpointUrl: Expr | undefined;
  /** Properties of Hadoop's S3A connector without credentials, which it takes from the SDK's variables. */
  readonly hadoopProperties: Readonly<Record<string, string | Expr>>;
}

/** Buckets with objects (MinIO, S3). */
export interface ObjectStore {
  /**
   * Whether a service can have several accesses, each with an account of its own. Where it has one identity (S3), that
   * may do what all of its accesses grant.
   */
  readonly separateAccounts: boolean;
  bucket(name: string, options?: BucketOptions): Bucket;
  /** An account of `consumer` that may do what is granted and nothing else. */
  access(consumer: Consumer, grants: readonly BucketGrant[]): ObjectStoreAccess;
}

/** A database with an owner role of its own. */
export interface Database {
  readonly name: string;
  readonly user: string;
  readonly password: Secret;
  readonly host: Expr;
  readonly port: Expr;
  readonly need: Need;
  /** `postgresql://user:password@host:port/name`; `driver` goes behind a plus sign (`psycopg2`). */
  uri(driver?: string): Expr;
}

/** Relational databases (PostgreSQL, RDS). */
export interface SqlDatabase {
  /** A database of `consumer`; the role and the database carry `name`. */
  database(consumer: Consumer, name: string): Database;
}

export interface TopicOptions {
  /** Default 3. */
  readonly partitions?: number;
  /** Milliseconds for which messages are kept. Default: the broker's own (7 days). */
  readonly retentionMs?: number;
}

/** A topic by name; using it makes sure that it exists. */
export interface Topic {
  readonly name: Expr;
  readonly need: Need;
}

/** An event log (Kafka, MSK). */
export interface MessageBroker {
  /** `host:port` list for clients inside the platform. */
  readonly bootstrapServers: Expr;
  /** Number of brokers, which bounds replication. */
  readonly brokerCount: number;
  /** Client properties for encryption and log-in; empty where the broker asks for none. */
  readonly clientProperties: Readonly<Record<string, string>>;
  readonly need: Need;
  topic(name: string, options?: TopicOptions): Topic;
}

/** A consumer's right to read the catalogue of services, and nothing else. */
export interface CatalogueAccess {
  readonly address: Endpoint;
  /** Stated, because asking for it takes the right to read agents. */
  readonly datacenter: string;
  readonly token: Secret;
  /** What makes the token valid; loose. */
  readonly need: Need;
}

/** Where services find each other (Consul, Cloud Map). */
export interface ServiceRegistry {
  /** Lets a consumer read the catalogue; undefined where there is none to ask, and names in DNS are all that there is. */
  catalogue(consumer: Consumer): CatalogueAccess | undefined;
  /** What goes into `SERVICE_DISCOVERY_CONSUL`; undefined where the target's own discovery is used. */
  readonly address: Endpoint | undefined;
}

/** A key-value cache (Redis, ElastiCache). */
export interface Cache {
  readonly host: Expr;
  readonly port: Expr;
  readonly password: Secret;
  /** `redis://` or `rediss://` with password and database number. */
  uri(database?: number): Expr;
}

/** One consumer's way to the engine; its spec states `engine-read` or `engine-spawn` as well. */
export interface EngineAccess {
  /** `tcp://host:port`, as the variable `DOCKER_HOST` takes it. */
  readonly dockerHost: Expr;
  /** `http://host:port`. */
  readonly url: Expr;
}

/** The container engine that runs the platform. */
export interface ContainerEngine {
  /** The engine behind a proxy of the consumer's group, which lets pass what the mode allows and nothing else. */
  access(consumer: Consumer, mode: EngineMode): EngineAccess;
}

/** Where a cloud keeps what all services write. */
export interface CloudLogs {
  readonly region: string;
  /** Permits whoever has it to search. */
  readonly need: Need;
  /** The log group of a service. */
  groupOf(service: string): string;
}

/** The roles that the core group offers to all others. */
export interface CoreRoles {
  readonly objectStore: ObjectStore;
  readonly sql: SqlDatabase;
  readonly broker: MessageBroker;
  readonly registry: ServiceRegistry;
  readonly cache: Cache;
  /** Undefined where the platform runs on no host of its own (AWS): a component that needs it is left out there. */
  readonly engine: ContainerEngine | undefined;
  /** Undefined where the platform collects logs by itself. */
  readonly cloudLogs: CloudLogs | undefined;
}
