/** The parts of the engine's answers that are used here. Names are the engine's. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  readonly State: string;
  /** For people, and the only place in the list where health shows: `Up 3 minutes (healthy)`. */
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly {
    readonly IP?: string;
    readonly PublicPort?: number;
    readonly PrivatePort: number;
    readonly Type: string;
  }[];
}

export interface InspectedContainer {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?:
      | {
          readonly Status: string;
          readonly FailingStreak: number;
          readonly Log:
            readonly { readonly Start: string; readonly ExitCode: number; readonly Output: string }[] | null;
        }
      | undefined;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>>; readonly [key: string]: unknown };
  readonly HostConfig: object;
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<
        string,
        {
          readonly NetworkID: string;
          readonly Aliases?: readonly string[] | null;
          readonly Links?: unknown;
          readonly IPAMConfig?: unknown;
        }
      >
    >;
  };
}

/** Counters of a container at one moment; those of memory are empty while it does not run. */
export interface ContainerUsage {
  /** When they were read. */
  readonly read: string;
  readonly cpu_stats: {
    /** In nanoseconds. */
    readonly cpu_usage: { readonly total_usage: number };
  };
  readonly memory_stats: {
    readonly usage?: number;
    /** `inactive_file` with version 2 of control groups, `total_inactive_file` with version 1. */
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/** Something that happened in the engine. */
export interface EngineEvent {
  /** `container`, `network`, `volume`, … */
  readonly Type: string;
  /** `start`, `die`, `oom`, `health_status: healthy`, … */
  readonly Action: string;
  /** Labels, `name`, and for `die` an `exitCode`. */
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  /** Seconds since 1970. */
  readonly time: number;
}

export interface EngineInfo {
  readonly ServerVersion: string;
  readonly MemTotal: number;
  readonly NCPU: number;
  readonly DockerRootDir: string;
  readonly OperatingSystem: string;
}

export interface InspectedNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Containers?: Readonly<Record<string, { readonly Name: string }>>;
}

export interface InspectedVolume {
  readonly Name: string;
  /** Null for a volume that was made without labels. */
  readonly Labels: Readonly<Record<string, string>> | null;
}
