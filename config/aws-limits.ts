import { type AlertSettings, hasSecret } from "../constructs/components/alertmanager/alertmanager.config";
import { hubMiB, type JupyterHubSettings } from "../constructs/components/jupyterhub/jupyterhub.config";
import { workerOverheadMiB } from "../constructs/components/spark.config";
import type { SizeName } from "./sizes";
import { ipv4Number, ipv4Range, overlap } from "./addresses";
import { type Choice, hasComponent } from "./components";
import type { Mistake } from "./fields";
import { lakeBuckets } from "./lake-buckets";

/**
 * The largest task that Fargate runs, without what the proxy of Service Connect takes of it (64 MiB).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export const largestTask = { cpus: 16, memoryMiB: 120 * 1024 - 64 } as const;

/**
 * Names that begin what AWS keeps for itself: `sg-` is a security group's id, `internal-` an internal load balancer's
 * host name, `sthree-` begins buckets of S3's own, and several services refuse what begins like AWS or SSM.
 */
const reservedName = /^(sg|internal|sthree|default)$|^(aws|amzn|amazon|ssm)/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function isBucketName(text: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) &&
    !text.includes("..") &&
    ipv4Number(text) === undefined &&
    !/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(text)
  );
}

/** The settings of an AWS environment that have to fit each other. */
interface AwsSettings extends Choice {
  readonly name: string;
  readonly size: SizeName;
  readonly vpcCidr: string;
  readonly operatorCidrs: readonly string[];
  readonly sizes: Readonly<
    Record<string, { readonly cpus?: number | undefined; readonly memoryMiB?: number | undefined } | undefined>
  >;
  readonly spark: { readonly workers: { readonly cores: number; readonly memoryMiB: number } };
  readonly jupyterhub: Pick<JupyterHubSettings, "servers" | "grants">;
  readonly airflow: { readonly connections: Readonly<Record<string, { readonly password: boolean }>> };
  readonly alerts: AlertSettings;
}

/** What AWS refuses although each setting for itself is well-formed. */
export function awsMistakes(settings: AwsSettings): Mistake[] {
  return [
    ...nameMistakes(settings),
    ...rangeMistakes(settings),
    ...workerMistakes(settings),
    ...(hasComponent(settings, "jupyterhub") ? [...serverMistakes(settings), ...grantMistakes(settings)] : []),
    ...secretMistakes(settings),
  ];
}

function nameMistakes({ name }: AwsSettings): Mistake[] {
  if (!reservedName.test(name)) return [];
  const allowed =
    "on AWS, no name that AWS reserves: sg, internal, sthree, default, or one that begins with aws, amzn, amazon or ssm";
  return [{ path: ["name"], allowed, remedy: "Choose another name, for the file and its key in index.ts as well." }];
}

function rangeMistakes({ operatorCidrs, vpcCidr }: AwsSettings): Mistake[] {
  const vpc = ipv4Range(vpcCidr);
  return operatorCidrs.flatMap((text, index): Mistake[] => {
    const path = ["operatorCidrs", index];
    if (operatorCidrs.indexOf(text) < index) {
      return [{ path, allowed: "each range once", remedy: "Remove the second one." }];
    }
    const range = ipv4Range(text);
    if (!range || !vpc || !overlap(range, vpc)) return [];
    const allowed = `ranges outside the VPC, which is ${vpcCidr}: operators come from elsewhere`;
    return [{ path, allowed, remedy: "Name the operators' own networks only, or move the VPC with vpcCidr." }];
  });
}

/** Users' servers are processes beside the hub there, all in one task. */
function serverMistakes({ jupyterhub: { servers }, sizes }: AwsSettings): Mistake[] {
  const size = sizes["jupyterhub"];
  const mistake = (key: string, most: number, what: string): Mistake => ({
    path: ["jupyterhub", "servers", key],
    allowed: `on AWS, ${most} or less${what}, because all servers share one task of Fargate with the hub`,
    remedy: "Give each server less, or let fewer run at the same time.",
  });
  const free = largestTask.memoryMiB - hubMiB;
  const fitting = Math.floor(free / servers.memoryMiB);
  return [
    ...(size?.cpus === undefined && servers.cpus > largestTask.cpus - 1
      ? [mistake("cpus", largestTask.cpus - 1, "")]
      : []),
    ...(size?.memoryMiB !== undefined || servers.most <= fitting
      ? []
      : fitting < 1
        ? [mistake("memoryMiB", free, "")]
        : [mistake("most", fitting, ` with ${servers.memoryMiB} MiB each`)]),
  ];
}

/** For the same reason all servers have one identity there, and nobody gets more than users do. */
function grantMistakes({ jupyterhub: { grants } }: AwsSettings): Mistake[] {
  const { administrators, users } = grants;
  if (administrators === undefined || lakeBuckets.every((name) => administrators[name] === users[name])) return [];
  return [
    {
      path: ["jupyterhub", "grants", "administrators"],
      allowed:
        "on AWS, what grants.users says or nothing, because all servers run in one task, whose identity cannot tell administrators from users",
      remedy: "Remove it, and grant users what everybody may do.",
    },
  ];
}

/** A value that somebody else gave out would be in Terraform's plan, so that there is no place for one. */
function secretMistakes(settings: AwsSettings): Mistake[] {
  const connections = hasComponent(settings, "airflow") ? Object.entries(settings.airflow.connections) : [];
  const receivers = hasComponent(settings, "alertmanager") ? settings.alerts.receivers : [];
  return [
    ...connections
      .filter(([, { password }]) => password)
      .map(([name]) => ({
        path: ["airflow", "connections", name, "password"],
        allowed: "on AWS, false, because the password would be in Terraform's plan",
        remedy: "Remove this connection here, and make it on Airflow's page.",
      })),
    ...receivers.flatMap((receiver, index) =>
      hasSecret(receiver)
        ? [
            {
              path: ["alerts", "receivers", index],
              allowed: "on AWS, receivers without a secret, because it would be in Terraform's plan",
              remedy: "Use a webhook with its url, or e-mail without a user.",
            },
          ]
        : [],
    ),
  ];
}

/** `sizes` stands over what the workers' own settings ask for. */
function workerMistakes({ spark: { workers }, sizes, size: preset }: AwsSettings): Mistake[] {
  const size = sizes["spark-worker"] ?? sizes["spark"];
  const path = (key: string): string[] => ["spark", "workers", key];
  const remedy = "Give each worker less, and have more of them.";
  const largestMemory = largestTask.memoryMiB - workerOverheadMiB[preset];
  return [
    ...(size?.cpus === undefined && workers.cores > largestTask.cpus
      ? [{ path: path("cores"), allowed: `on AWS, ${largestTask.cpus} or less, the most that Fargate runs`, remedy }]
      : []),
    ...(size?.memoryMiB === undefined && workers.memoryMiB > largestMemory
      ? [{ path: path("memoryMiB"), allowed: `on AWS, ${largestMemory} or less, the most that Fargate runs`, remedy }]
      : []),
  ];
}
