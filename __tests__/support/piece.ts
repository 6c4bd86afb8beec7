import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../../constructs/core/component";
import type { Endpoint, Expr, Need, Step } from "../../constructs/core/reference";
import type { ServiceSpec } from "../../constructs/core/service-spec";

/** A component made of what a test hands in. */
export class Piece extends Component {
  readonly web = this.endpoint("web", { port: 80, scheme: "http" });

  constructor(
    scope: Construct,
    id: string,
    build: (piece: Piece) => void = (piece) => {
      piece.service({});
    },
  ) {
    super(scope, id);
    build(this);
  }

  service(env: Readonly<Record<string, string | Expr>>, name = this.name, more: Partial<ServiceSpec> = {}): void {
    const own = this.endpoints.filter(({ service }) => service === name);
    const probed = own[0] ?? this.port(`${name}-port`, name);
    this.run(
      {
        image: images.redis,
        env,
        endpoints: own.length > 0 ? own : [probed],
        health: { tcp: probed, tool: "nc" },
        resources: { cpus: 1, memoryMiB: 64, minimumMemoryMiB: 32 },
        stopGraceSeconds: 1,
        observability: { metrics: { none: "a test" }, alerts: { none: "a test" }, dashboard: { none: "a test" } },
        ...more,
      },
      name,
    );
  }

  before(step: Step): void {
    this.prepare(step);
  }

  afterwards(step: Step): Need {
    return this.provision(step);
  }

  port(name: string, service: string): Endpoint {
    return this.endpoint(name, { port: 81, scheme: "http", service });
  }
}
