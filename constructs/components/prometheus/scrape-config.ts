import type { CatalogueAccess } from "../../core/roles";
import type { Expr } from "../../core/reference";
import type { EnvironmentObservability, ScrapeTarget } from "../../core/observability-of";
import { consulDiscovery, refresh } from "./discovery";
import { probeConfigs } from "./probe-config";
import { catalogueLabels, constantLabels, copied, inUse, meta, type Relabelling } from "./relabelling";
import { loginSettings } from "./scrape-login";

/** The name of a job that asks DNS: group, component and service, which a rule reads out of it when there is no task. */
export const jobPattern = "(.+)/(.+)/(.+)";

/** What is scraped, and how it is found. */
export interface Scraped extends Pick<EnvironmentObservability, "targets" | "pages"> {
  /** Undefined where names in DNS are all that there is. */
  readonly catalogue: CatalogueAccess | undefined;
  /** Names of the components that are found without the catalogue, so that its end is noticed. */
  readonly fixed: readonly string[];
  /** Who opens pages, if somebody does. */
  readonly prober: Expr | undefined;
  /** Where secrets are. */
  readonly folder: string;
}

/** The part `scrape_configs` of Prometheus' configuration. */
export function scrapeConfigs(scraped: Scraped): object[] {
  const { targets, catalogue, fixed } = scraped;
  const listed = targets.filter(({ component }) => catalogue !== undefined && !fixed.includes(component));
  const others = targets.filter((target) => !listed.includes(target));
  return [
    ...others.map((target) => ownConfig(scraped, target)),
    ...(catalogue ? catalogueConfigs(scraped, catalogue, listed) : []),
    ...probeConfigs(scraped),
  ];
}

/** A target that is named: by its address, or by a name in DNS that stands for all of its replicas. */
function ownConfig({ catalogue, folder }: Scraped, target: ScrapeTarget): object {
  const { service, scheme, path, params, job, component, group, endpoint, login } = target;
  const found = catalogue
    ? { static_configs: [{ targets: [target.address] }] }
    : {
        dns_sd_configs: [{ names: [endpoint.host.loose()], type: "A", port: endpoint.port, refresh_interval: refresh }],
      };
  return {
    job_name: catalogue ? service : `${group}/${component}/${service}`,
    scheme,
    metrics_path: path,
    params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, [value]])),
    ...loginSettings(login, folder),
    ...found,
    relabel_configs: constantLabels({ job, component, group, service }),
  };
}

/** One for each log-in, because a scrape's log-in cannot come from labels. */
function catalogueConfigs({ folder }: Scraped, access: CatalogueAccess, targets: readonly ScrapeTarget[]): object[] {
  const logins = new Map(targets.map(({ login }) => [secretOf(login), login]));
  return [...logins].map(([secret, login]) => ({
    job_name: secret === "" ? "catalogue" : `catalogue-${secret}`,
    ...loginSettings(login, folder),
    consul_sd_configs: [consulDiscovery(access, folder)],
    relabel_configs: [
      ...inUse("metrics_port"),
      { source_labels: [`${meta}metrics_secret`], regex: secret.replaceAll(".", "\\."), action: "keep" },
      {
        source_labels: ["__meta_consul_service_address", `${meta}metrics_port`],
        separator: ":",
        target_label: "__address__",
      },
      copied("metrics_scheme", "__scheme__"),
      copied("metrics_path", "__metrics_path__"),
      { regex: `${meta}metrics_param_(.+)`, replacement: "__param_$1", action: "labelmap" },
      copied("metrics_job", "job"),
      ...catalogueLabels,
    ] satisfies Relabelling[],
  }));
}

function secretOf(login: ScrapeTarget["login"]): string {
  if (login === undefined) return "";
  if ("certificate" in login) return login.certificate.id;
  return ("bearer" in login ? login.bearer : login.password).id;
}
