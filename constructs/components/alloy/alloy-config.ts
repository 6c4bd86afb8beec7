import { type Expr, text } from "../../core/reference";

export interface AlloyConfiguration {
  readonly environment: string;
  /** The engine's API, `tcp://host:port`. */
  readonly engine: Expr;
  /** Where log lines go. */
  readonly loki: Expr;
}

/** What a log line is found by, and the container's label that says it. */
const labels = {
  environment: "datalab_environment",
  group: "datalab_group",
  component: "datalab_component",
  service: "datalab_service",
  kind: "datalab_kind",
} as const;

/**
 * Collects what the containers of one environment write. Those of others on the same machine are never asked for: the
 * engine is told the label.
 */
export function alloyConfiguration({ environment, engine, loki }: AlloyConfiguration): Expr {
  const rules = Object.entries(labels).map(([label, source]) =>
    [
      "  rule {",
      `    source_labels = ["__meta_docker_container_label_${source}"]`,
      `    target_label  = "${label}"`,
      "  }",
      "",
    ].join("\n"),
  );
  return text`logging {
  level  = "warn"
  format = "logfmt"
}

discovery.docker "environment" {
  host             = "${engine}"
  refresh_interval = "5s"

  filter {
    name   = "label"
    values = ["datalab.environment=${environment}"]
  }
}

discovery.relabel "containers" {
  targets = discovery.docker.environment.targets

${rules.join("")}  // The name without the environment's: of equal replicas it tells which.
  rule {
    source_labels = ["__meta_docker_container_name"]
    regex         = "/${environment}-(.+)"
    target_label  = "container"
  }
}

loki.source.docker "containers" {
  host             = "${engine}"
  refresh_interval = "5s"
  targets          = discovery.relabel.containers.output
  forward_to       = [loki.write.store.receiver]
}

loki.write "store" {
  endpoint {
    url = "${loki}/loki/api/v1/push"
    // Until it answers: nothing is thrown away while Loki is being replaced.
    max_backoff_retries = 0
    max_backoff_period  = "10s"
  }
}
`;
}
