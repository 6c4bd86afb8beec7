import { z } from "zod";
import { type Choice, hasComponent } from "../../../config/components";
import { checked, machineMiB, type Mistake, textField } from "../../../config/fields";
import { lakeBuckets } from "../../../config/lake-buckets";

/** Memory of the hub and its proxy, in MiB; they take 150 at rest. */
export const hubMiB = 512;

const userName = textField(
  "a user's name: 1 to 32 lower-case letters, digits, dots, underscores and hyphens, a letter first, for example ada",
  /^[a-z][a-z0-9._-]{0,31}$/,
);

/** What those of one role may do with a bucket; one that is not named stays closed to them. */
const mode = z.enum(["read", "read-write"]).optional();
const grants = checked(z.strictObject({ bronze: mode, silver: mode, gold: mode }), (given) =>
  Object.values(given).some((one) => one !== undefined)
    ? []
    : [{ path: [], allowed: `at least one of ${lakeBuckets.join(", ")}`, remedy: "Set one of them, or remove it." }],
);

/** Users of JupyterHub and their servers. */
export const jupyterhubSettings = z
  .strictObject({
    /**
     * Names of the administrators. The first one has an account with a generated password; the others sign up and
     * are approved. Default `["admin"]`.
     */
    administrators: z
      .array(userName)
      .min(1)
      .refine((names) => new Set(names).size === names.length)
      .describe('a list of users\' names, at least one and each once, for example ["admin", "ada"]')
      .default(["admin"]),
    /** Whether people may ask for an account, which an administrator approves, or not at all. Default `approval`. */
    signUp: z.enum(["approval", "closed"]).default("approval"),
    /**
     * Where a user's server runs: in a container of its own, or as a process beside the hub. Default: `container`
     * where the platform has an engine, else `process`.
     */
    spawner: z.enum(["container", "process"]).optional(),
    /** Servers of users. */
    servers: z
      .strictObject({
        /** CPU limit of one, in cores. Default 1. */
        cpus: z.number().min(0.25).max(64).default(1),
        /** Memory limit of one, in MiB. A session of Spark takes about 700. Default 1280. */
        memoryMiB: z.int().min(512).max(262_144).default(1280),
        /** Most that run at the same time. Default 4. */
        most: z.int().min(1).max(500).default(4),
      })
      .prefault({}),
    /** Minutes after which a server that nobody uses is stopped; its home is kept. Default 60. */
    idleMinutes: z.int().min(1).max(10_080).default(60),
    /** What sessions may do with the buckets, by role. */
    grants: z
      .strictObject({
        /** Default: read and write everything; on AWS, where all sessions have one identity, what users may do. */
        administrators: grants.optional(),
        /** Default: read everything, and write in gold. */
        users: grants.default({ bronze: "read", silver: "read", gold: "read-write" }),
      })
      .prefault({}),
  })
  .prefault({});

export type JupyterHubSettings = z.output<typeof jupyterhubSettings>;

/** Servers that no machine could have together. What its machine has, `up` compares with them. */
export function serversMistakes(settings: Choice & { readonly jupyterhub: JupyterHubSettings }): Mistake[] {
  const { memoryMiB, most } = settings.jupyterhub.servers;
  const fitting = Math.floor((machineMiB - hubMiB) / memoryMiB);
  if (most <= fitting || !hasComponent(settings, "jupyterhub")) return [];
  return [
    {
      path: ["jupyterhub", "servers", "most"],
      allowed: `${fitting} or less with ${memoryMiB} MiB each, because all of them and the hub run on one machine, and may have ${machineMiB} MiB together`,
      remedy: "Give each server less, or let fewer run at the same time.",
    },
  ];
}
