import type { CatalogueAccess } from "../../core/roles";
import { type Expr, text } from "../../core/reference";
import type { EnvironmentObservability, ScrapeTarget } from "../../core/observability-of";
import { catalogueLabels, constantLabels, copied, inUse, meta, type Relabelling } from "./relabelling";
import { loginSettings } from "./scrape-login";

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

/** Within it a group that is stopped on purpose is gone from the catalogue, before a rule takes it for down. */
const refresh = "5s";
/** Prometheus' own default is fifteen seconds as well; a page costs more than that. */
const probeInterval = "30s";

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
    job_name: service,
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

/** Pages are asked for by the prober, which tells what it saw. */
function probeConfigs(scraped: Scraped): object[] {
  const { catalogue, pages, prober } = scraped;
  if (!prober) return [];
  // The catalogue's own page is in no catalogue.
  const named = pages.filter(({ component }) => component === (catalogue?.address.owner ?? component));
  const listed = pages.filter((page) => !named.includes(page));
  return [
    ...named.map((page) => namedPage(page, prober)),
    ...(catalogue ? cataloguePages(scraped, catalogue, prober, listed) : []),
  ];
}

const probe = { metrics_path: "/probe", scrape_interval: probeInterval };

/** The page becomes the instance, and the prober is what is asked. */
function throughProber(prober: Expr): Relabelling[] {
  return [
    { source_labels: ["__param_target"], target_label: "instance" },
    { target_label: "__address__", replacement: prober },
    { target_label: "job", replacement: "probe" },
  ];
}

function namedPage(page: EnvironmentObservability["pages"][number], prober: Expr): object {
  const { endpoint, path, asksForLogin, component, group, service } = page;
  return {
    job_name: `probe-${endpoint.id}`,
    ...probe,
    params: { module: [asksForLogin ? "page_with_login" : "page"] },
    static_configs: [{ targets: [text`${endpoint.url.loose()}${path}`] }],
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      ...throughProber(prober),
      ...constantLabels({ component, group, service }),
    ],
  };
}

function cataloguePages(
  { folder }: Scraped,
  catalogue: CatalogueAccess,
  prober: Expr,
  pages: EnvironmentObservability["pages"],
): object[] {
  const most = Math.max(0, ...[...countedBy(pages, ({ service }) => service).values()]);
  return Array.from({ length: most }, (_, index) => `page_${index + 1}`).map((page) => ({
    job_name: page,
    ...probe,
    params: { module: ["page"] },
    consul_sd_configs: [consulDiscovery(catalogue, folder)],
    relabel_configs: [
      ...inUse(page),
      copied(page, "__param_target"),
      {
        source_labels: [`${meta}${page}_login`],
        regex: "true",
        target_label: "__param_module",
        replacement: "page_with_login",
      },
      ...throughProber(prober),
      ...catalogueLabels,
    ] satisfies Relabelling[],
  }));
}

function consulDiscovery({ address, datacenter, token }: CatalogueAccess, folder: string): object {
  return {
    datacenter,
    server: address.authority.loose(),
    authorization: { credentials_file: `${folder}/${token.id}` },
    refresh_interval: refresh,
  };
}

function secretOf(login: ScrapeTarget["login"]): string {
  if (login === undefined) return "";
  if ("certificate" in login) return login.certificate.id;
  return ("bearer" in login ? login.bearer : login.password).id;
}

function countedBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}
