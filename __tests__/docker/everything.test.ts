import { checkEnvironment } from "../../config/load";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { DockerTarget } from "../../constructs/docker";
import { lower } from "../../stacks/environment";
import { Everything } from "../support/everything";
import { addressesOf, withApp, withoutMetadata } from "../support/synth";

const { stacks, manifest } = withApp((app) => {
  const config = checkEnvironment("all", { name: "all", target: "docker", groups: ["core", "ml"], portOffset: 100 });
  const environment = new PlatformEnvironment(app, config);
  const target = new DockerTarget(environment);
  const core = target.groupStack("core");
  environment.discovery = target.serviceRegistry(core).address;
  const sql = target.sqlDatabase(core);
  const ml = target.groupStack("ml");
  new Everything(ml, sql.database({ name: "everything" }, "app"));
  target.addAgents([ml]);
  lower(environment, [core, ml]);
  return environment;
});

function fail(): never {
  throw new Error("there is no component");
}

describe("the Docker runtime", () => {
  it("lowers everything that a service spec can say", () => {
    const containers = stacks["all-ml"]?.resource?.["docker_container"] ?? {};
    expect(withoutMetadata(containers["everything-1"])).toMatchSnapshot();
    expect(withoutMetadata(containers["init-postgres-database-app"])).toMatchSnapshot();
  });

  it("makes a container for each replica, and each step once", () => {
    expect(addressesOf(stacks["all-ml"] ?? fail())).toEqual([
      "docker_container.consul-agent-ml",
      "docker_container.everything-1",
      "docker_container.everything-2",
      "docker_container.init-consul-acl-agent-ml",
      "docker_container.init-everything-1-data-owner",
      "docker_container.init-everything-2-data-owner",
      "docker_container.init-everything-prepare",
      "docker_container.init-everything-shared-owner",
      "docker_container.init-postgres-database-app",
    ]);
  });

  it("publishes the first replica only, because a host's port has one holder", () => {
    expect(stacks["all-ml"]?.resource?.["docker_container"]?.["everything-2"]?.["ports"]).toEqual([]);
  });

  it("puts data into the foundation, where nothing of a group is destroyed with it", () => {
    expect(withoutMetadata(stacks["all-foundation"]?.resource?.["docker_volume"])).toEqual({
      "consul-data": volume("all-consul-data"),
      "everything-1-data": volume("all-everything-1-data"),
      "everything-2-data": volume("all-everything-2-data"),
      "everything-shared": volume("all-everything-shared"),
      "postgres-data": volume("all-postgres-data"),
    });
  });

  it("orders stacks by references", () => {
    expect(manifest.stacks["all-ml"]?.dependencies).toEqual(["all-foundation", "all-core"]);
    expect(manifest.stacks["all-core"]?.dependencies).toEqual(["all-foundation"]);
  });
});

function volume(name: string): object {
  const labels = [{ label: "datalab.checkout", value: '${trimspace(file("../../../.datalab/checkout"))}' }];
  return { name, labels, lifecycle: { prevent_destroy: true, ignore_changes: ["labels", "driver_opts"] } };
}
