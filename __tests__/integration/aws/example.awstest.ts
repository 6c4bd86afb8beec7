import type { App } from "cdktf";
import type { EnvironmentConfig } from "../../../config/schema";
import { AwsTarget } from "../../../constructs/aws";
import { PlatformEnvironment } from "../../../constructs/core/environment";
import { addExporters } from "../../../constructs/core/exporters";
import { lower } from "../../../stacks/environment";
import { Ledger } from "../../support/ledger";
import type { AwsApi } from "./support/aws-api";
import { Moto } from "./support/moto";
import { accountOn, describeOnMoto, input } from "./support/prod-on-moto";
import { Stacks } from "./support/stacks";

/** The database alone, and the example upon it. */
function buildExample(app: App, config: EnvironmentConfig, encrypted: boolean): PlatformEnvironment {
  const environment = new PlatformEnvironment(app, config);
  const target = new AwsTarget(environment);
  const core = target.groupStack("core");
  const ml = target.groupStack("ml");
  new Ledger(ml, { sql: target.sqlDatabase(core), engine: undefined }, encrypted);
  addExporters(environment, [core, ml]);
  lower(environment, [core, ml]);
  return environment;
}

/** A component with something of everything, against an endpoint that answers like AWS. */
describeOnMoto("the example component on AWS", () => {
  let moto: Moto;
  let api: AwsApi;
  let stacks: Stacks;

  beforeAll(async () => {
    moto = await Moto.start();
    api = await accountOn(moto);
    stacks = new Stacks(input, moto.url, (app, config) => buildExample(app, config, false));
  });

  afterAll(async () => {
    (stacks as Stacks | undefined)?.remove();
    await (moto as Moto | undefined)?.stop();
  });

  it("is refused with a certificate of its own, because the load balancer has one", () => {
    expect(() => new Stacks(input, moto.url, (app, config) => buildExample(app, config, true))).toThrow(
      /prod: ledger: .*the load balancer ends TLS there with certificates of its own/,
    );
  });

  it.each(["prod-foundation", "prod-core", "prod-ml"])("applies %s, and has nothing to change then", (stack) => {
    expect(stacks.apply(stack)).toBeUndefined();
    expect(stacks.pending(stack)).toBeUndefined();
  });

  it("runs its three services and the exporter, and its migration once", async () => {
    const services = await api.json<{ serviceArns: readonly string[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.ListServices",
      { cluster: "prod" },
    );
    expect(services.serviceArns.map((arn) => arn.split("/").at(-1)).sort()).toEqual([
      "ledger",
      "ledger-clerk",
      "ledger-desk",
      "ledger-exporter",
    ]);
    const { taskArns } = await api.json<{ taskArns: readonly string[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.ListTasks",
      { cluster: "prod", desiredStatus: "STOPPED" },
    );
    const { tasks } = await api.json<{ tasks: readonly { taskDefinitionArn: string }[] }>(
      "ecs",
      "AmazonEC2ContainerServiceV20141113.DescribeTasks",
      { cluster: "prod", tasks: taskArns },
    );
    const steps = tasks.map(({ taskDefinitionArn }) => taskDefinitionArn.split("/").at(-1) ?? "");
    expect(steps.filter((step) => step.startsWith("prod-init-")).sort()).toEqual([
      "prod-init-ledger-migrate:1",
      "prod-init-postgres-database-ledger:1",
    ]);
  });

  it("leaves nothing behind", () => {
    for (const stack of ["prod-ml", "prod-core", "prod-foundation"]) expect(stacks.destroy(stack)).toBeUndefined();
  });
});
