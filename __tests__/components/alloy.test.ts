import { plainText } from "../../constructs/core/launch";
import { toExpr } from "../../constructs/core/reference";
import { alloyConfiguration } from "../../constructs/components/alloy/alloy-config";

const lowering = { address: () => "", targetText: () => "", secretInShell: () => "", secretFile: () => "" };
const configuration = plainText(
  alloyConfiguration({ environment: "lab", engine: toExpr("tcp://engine:2375"), loki: toExpr("http://loki:3100") }),
  lowering,
);

describe("Alloy", () => {
  it("asks the engine for containers of its own environment only", () => {
    expect(configuration.match(/discovery\.docker "/g)).toHaveLength(1);
    expect(configuration).toMatch(/filter \{\s*name {3}= "label"\s*values = \["datalab\.environment=lab"\]\s*\}/);
  });

  it("labels lines by what the engine says of their container, and tells replicas apart", () => {
    const labels = [
      ...configuration.matchAll(/source_labels = \["(\w+)"\](?:\s*regex\s*= "(.+)")?\s*target_label\s*= "(\w+)"/g),
    ];
    expect(labels.map(([, source, regex, target]) => [target, source, regex])).toEqual([
      ["environment", "__meta_docker_container_label_datalab_environment", undefined],
      ["group", "__meta_docker_container_label_datalab_group", undefined],
      ["component", "__meta_docker_container_label_datalab_component", undefined],
      ["service", "__meta_docker_container_label_datalab_service", undefined],
      ["kind", "__meta_docker_container_label_datalab_kind", undefined],
      ["container", "__meta_docker_container_name", "/lab-(.+)"],
    ]);
  });

  it("throws nothing away while Loki does not answer", () => {
    expect(configuration).toContain("max_backoff_retries = 0");
  });
});
