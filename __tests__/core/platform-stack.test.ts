import { App, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { Network } from "@cdktf/provider-docker/lib/network";
import { Volume } from "@cdktf/provider-docker/lib/volume";
import { checkEnvironment } from "../../config/load";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { FoundationStack } from "../../constructs/docker/foundation-stack";

function stack(): FoundationStack {
  const config = checkEnvironment("lab", { name: "lab", target: "docker" });
  return new FoundationStack(new PlatformEnvironment(new App(), config));
}

describe("Terraform addresses", () => {
  it("are the construct's id, wherever it sits", () => {
    const deep = new Construct(new Construct(stack(), "some"), "where");
    expect(new Volume(deep, "data", {}).friendlyUniqueId).toBe("data");
  });

  it("may be equal for two kinds of resource", () => {
    const lab = stack();
    expect(new Network(new Construct(lab, "a"), "data", { name: "n" }).friendlyUniqueId).toBe("data");
    expect(new Volume(new Construct(lab, "b"), "data", {}).friendlyUniqueId).toBe("data");
  });

  it("are refused when two resources of one kind share one", () => {
    const lab = stack();
    const [first, second] = ["a", "b"].map((id) => new Volume(new Construct(lab, id), "data", {}));
    expect(first?.friendlyUniqueId).toBe("data");
    expect(() => second?.friendlyUniqueId).toThrow(
      "lab-foundation: docker_volume.data is used by both lab-foundation/a/data and lab-foundation/b/data",
    );
  });

  it("are valid for outputs that cdktf names after expressions", () => {
    expect(new TerraformOutput(stack(), "cross-stack-output-aws_vpc.main.id", { value: 1 }).friendlyUniqueId).toBe(
      "cross-stack-output-aws_vpc-main-id",
    );
  });
});
