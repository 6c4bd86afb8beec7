import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../../constructs/core/component";
import type { AlertRule, Observability } from "../../constructs/core/observability";
import { exporter } from "../../constructs/core/observability";
import { text } from "../../constructs/core/reference";

export const shopRule: AlertRule = {
  alert: "ShopDown",
  expr: "shop_up == 0",
  forSeconds: 60,
  severity: "critical",
  summary: "The shop does not answer its exporter",
  runbook: "Read what the shop wrote.",
};

/** A shop with two equal counters and no metrics of its own; an exporter looks at the first with an account of its own. */
export class Shop extends Component {
  readonly till = this.endpoint("till", { port: 7000, scheme: "shop" });
  readonly back = this.endpoint("back", { port: 7000, scheme: "shop", service: `${this.name}-back` });
  readonly observerPassword = this.secret("observer-password");

  constructor(scope: Construct, id = "shop", changes: Partial<Observability> = {}) {
    super(scope, id);
    const observability: Observability = {
      metrics: exporter({
        image: images.postgresExporter,
        entrypoint: ["/exporter"],
        command: ["--listen", ":9000"],
        env: { SHOP: text`shop://observer:${this.observerPassword}@${this.till}` },
        port: 9000,
        health: { path: "/", tool: "wget" },
      }),
      alerts: [shopRule],
      dashboard: () => ({
        title: "Shop",
        panels: [{ title: "Answers", kind: "number", queries: [{ expr: "shop_up" }], unit: "count" }],
      }),
      ...changes,
    };
    const common = {
      image: images.redis,
      env: {},
      resources: { cpus: 1, memoryMiB: 64, minimumMemoryMiB: 32 },
      stopGraceSeconds: 1,
    };
    this.run({ ...common, endpoints: [this.till], health: { tcp: this.till, tool: "nc" }, observability });
    this.run(
      {
        ...common,
        endpoints: [this.back],
        health: { tcp: this.back, tool: "nc" },
        observability: { ...observability, metrics: { none: "the exporter looks at the first counter" } },
      },
      `${this.name}-back`,
    );
  }
}
