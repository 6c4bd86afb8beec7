import type { EnvironmentObservability } from "../../core/observability-of";
import { type Expr, text } from "../../core/reference";
import type { CatalogueAccess } from "../../core/roles";
import { consulDiscovery } from "./discovery";
import { probeSeconds } from "./intervals";
import { catalogueLabels, constantLabels, copied, inUse, meta, type Relabelling } from "./relabelling";
import type { Scraped } from "./scrape-config";

/** Pages are asked for by the prober, which tells what it saw. */
export function probeConfigs(scraped: Scraped): object[] {
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

const probe = { metrics_path: "/probe", scrape_interval: `${probeSeconds}s` };

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

function countedBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}
