import type { Folder } from "./folder";
import type { HostAccess } from "./host-access";
import type { ImageRef } from "./image";
import type { Observability } from "./observability";
import type { Endpoint, Expr, Need, Secret } from "./reference";
import type { Spawned } from "./spawned";
import type { Without } from "./without";

/** A volume that survives everything but an explicit, two-key deletion. */
export interface DataVolume {
  /** Unique within the service; the volume is called `<service>-<name>`. */
  readonly name: string;
  /** Absolute path in the container. */
  readonly path: string;
  /** Numeric owner where the image does not run as root; `gid` goes with `uid`. Default: the image's own. */
  readonly uid?: number;
  readonly gid?: number;
  /**
   * Whether the image has a folder of this owner at the path, so that a fresh volume on a Docker host takes it over
   * and needs no step that sets it. Default `false`.
   */
  readonly ownedByImage?: boolean;
}

/** A volume of a component that several of its services use; it survives like a data volume. */
export interface SharedVolume {
  /** Unique within the component; the volume is called `<component>-<name>`. */
  readonly name: string;
  readonly path: string;
  /** Whether this service only reads it. Default `false`. */
  readonly readOnly?: boolean;
  readonly uid?: number;
  readonly gid?: number;
}

/** Space that is empty at each start: in memory on a Docker host, on the task's own disk on AWS, where Fargate mounts no memory. */
export interface Scratch {
  /** Absolute path in the container. */
  readonly path: string;
  /** Most that fits, in MiB; it counts as memory of the container. On AWS the disk is larger by as much, without a limit. */
  readonly sizeMiB: number;
  /** Numeric account that it belongs to; 0 is root. */
  readonly uid: number;
}

/** A file in the container. With a secret in it, it is written at start and never leaves the container. */
export interface FileContent {
  /** Text, or bytes. */
  readonly content: string | Expr | Uint8Array;
  /** Numeric owner, for images that change to another account. Default: the account that starts the container. */
  readonly uid?: number;
  /** Permissions as four octal digits. Default: `0444`; with a secret in it `0600`. */
  readonly mode?: string;
}

/** How often a health check runs, in whole seconds. */
export interface HealthTiming {
  /** Default 3. */
  readonly intervalSeconds?: number;
  /** Default 5. */
  readonly timeoutSeconds?: number;
  /** Failures in a row that make a running service unhealthy. Default 5. */
  readonly retries?: number;
  /** The time that a start may take, upper bound on a slow machine. Default 60. */
  readonly startSeconds?: number;
}

/** How to see that a service does its work, with a tool that its image has. */
export type HealthCheck = HealthTiming &
  (
    | { readonly http: Endpoint; readonly path: string; readonly tool: "curl" | "wget" | "python" }
    | { readonly tcp: Endpoint; readonly tool: "nc" }
    | { readonly shell: string | Expr; readonly answers: Endpoint }
    /** A program of the image with its arguments, without a shell; nothing in it may be secret. */
    | { readonly exec: readonly string[]; readonly answers: Endpoint }
  );

/** Limits and reservations of one replica. */
export interface Limits {
  /** CPU limit, in cores. */
  readonly cpus: number;
  /** Memory limit, in MiB. Swap is left to the host. */
  readonly memoryMiB: number;
  /** The least memory with which the software starts; a configuration below is refused. */
  readonly minimumMemoryMiB: number;
  /** Share that it gets under contention, in cores. Default: a quarter of the limit. */
  readonly reservedCpus?: number;
  /** Memory kept for it under pressure, in MiB. Default: half of the limit. */
  readonly reservedMemoryMiB?: number;
}

/** What one replica needs where an environment's `size` is `medium`, and what differs in the other sizes. */
export interface Resources extends Limits {
  /** Default: as in `medium`. */
  readonly small?: Partial<Limits>;
  /** Default: as in `medium`. */
  readonly large?: Partial<Limits>;
}

/** Number of replicas by load; a target without autoscaling runs `desired`. */
export interface Autoscaling {
  readonly min: number;
  readonly desired: number;
  readonly max: number;
  /** Mean CPU use, in percent, that is aimed at. */
  readonly targetCpuPercent: number;
}

/** A pair with which a person logs in. */
export interface Login {
  readonly endpoint: Endpoint;
  readonly user: string;
  readonly password: Secret;
}

/** The plain, target-free description that a component hands to its runtime. */
export interface ServiceSpec {
  readonly image: ImageRef;
  /** Required when secrets are used, because the runtime puts its own start in front. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly (string | Expr)[];
  readonly env: Readonly<Record<string, string | Expr>>;
  readonly endpoints: readonly Endpoint[];
  readonly data?: readonly DataVolume[];
  /** By absolute path in the container. */
  readonly files?: Readonly<Record<string, FileContent>>;
  /** Files that are known when all components of the environment exist, beside those above. */
  readonly lateFiles?: () => Readonly<Record<string, FileContent>>;
  /** Folders of the repository by the absolute path at which they appear, for reading only. On AWS they hide what is there. */
  readonly trees?: Readonly<Record<string, Folder>>;
  /** Volumes that several services of the component use. */
  readonly volumes?: readonly SharedVolume[];
  readonly scratch?: readonly Scratch[];
  /** Size of `/dev/shm` in MiB. Default: the target's own (64 on Docker). */
  readonly sharedMemoryMiB?: number;
  /** Number of files that may be open at the same time. Default: the target's own. */
  readonly openFiles?: number;
  /** Numeric account that starts the container, `uid` or `uid:gid`. Default: the image's own. */
  readonly user?: string;
  /** Whether the root file system is for reading only. Services of our own images must state it, or say why not. */
  readonly readOnlyRoot?: true | Without;
  /** Linux capabilities that it keeps, for example `CAP_CHOWN`. Default: none for our own images, the target's for others. */
  readonly capabilities?: readonly string[];
  /** What it may have of the machine that runs it; a target without one refuses it. Default: nothing. */
  readonly host?: readonly HostAccess[];
  /** Containers that it makes itself, with the engine that `engine-spawn` gives it. Default: none. */
  readonly spawns?: Spawned;
  /** Names of this component's services that must be healthy first, besides those whose address it uses. */
  readonly after?: readonly string[];
  /** Needs that no expression in the spec carries, for example the permission to use a bucket. */
  readonly needs?: readonly Need[];
  readonly health: HealthCheck;
  readonly resources: Resources;
  /** Number of equal replicas, named `<service>-1` and so on. Default: one, named `<service>`. */
  readonly replicas?: number | Autoscaling;
  /** Never two at once: during a deployment the old one goes before the new one comes. Default: they may overlap. */
  readonly singleton?: true;
  /** Further host names under which it answers. */
  readonly aliases?: readonly string[];
  /** Seconds between the request to stop and the kill. */
  readonly stopGraceSeconds: number;
  /** Runs a small init as process 1, for software that ignores the stop signal there. Default `false`. */
  readonly processInit?: boolean;
  readonly observability: Observability;
  readonly logins?: readonly Login[];
}
