import { FakeSession, shop } from "../support/fake-session";
import type { EnvironmentInput } from "../../config/schema";

const deletable: EnvironmentInput = { ...shop, dataDeletion: "allowed" };

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start(deletable);
});
afterEach(() => session.end());

/** Applies of kept plans for destruction: those of `up` are over when this is asked. */
function begun(): string[] {
  return session.terraform.stacksOf("apply");
}

async function up(): Promise<void> {
  await session.succeed("up");
  session.terraform.calls.length = 0;
}

describe("down on AWS", () => {
  it("shows what would be destroyed and destroys nothing until the name is given", async () => {
    await up();
    const { code, out, err } = await session.run("down", "ml");
    expect(code).toBe(2);
    expect(out).toContain("shop-ml: ");
    expect(out).toMatch(/^ {2}- aws_ecs_service\.mlflow/m);
    expect(out).not.toContain("shop-core");
    expect(err).toContain("./datalab down ml --env shop --confirm shop.");
    expect((await session.run("down", "ml", "--confirm", "prod")).err).toContain('(given: "prod")');
    expect(begun()).toEqual([]);
  });

  it("carries out the plans that were shown, what stands on others first, and leaves the foundation", async () => {
    await up();
    const { out } = await session.succeed("down", "--confirm", "shop", "--json");
    expect(begun()).toEqual(["shop-ml", "shop-core"]);
    const { groups, removed } = JSON.parse(out) as { groups: string[]; removed: string[] };
    expect(groups).toEqual(["ml", "core"]);
    expect(removed).toContain("shop-ml: aws_ecs_service.mlflow");
    expect(session.terraform.calls.some(({ command }) => command === "destroy")).toBe(false);

    expect((await session.succeed("down", "--confirm", "shop")).out).toContain("nothing of ml, core was there");
  });

  it("destroys nothing at all when one of the stacks is protected", async () => {
    session.configure(shop);
    await up();
    const { code, err } = await session.run("down", "--confirm", "shop");
    expect(code).toBe(2);
    expect(err).toContain("Nothing was removed, because not everything can be:\n");
    expect(err).toMatch(/shop-core: .*lifecycle\.prevent_destroy/);
    expect(begun()).toEqual([]);
  });

  it("tells what failed, and what stands on it stays", async () => {
    await up();
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "shop-ml"
        ? { fail: { address: "aws_ecs_service.mlflow", summary: "the service is draining" } }
        : undefined;
    const { code, err } = await session.run("down", "--confirm", "shop");
    expect(code).toBe(1);
    expect(err).toContain("shop-ml: the service is draining");
    expect(begun()).toEqual(["shop-ml"]);
  });
});

describe("destroy --data on AWS", () => {
  const destroy = ["destroy", "--data", "--confirm", "shop"];

  it("needs both keys", async () => {
    session.configure(shop);
    expect((await session.run(...destroy)).err).toContain("The data of environment shop is protected");
    expect(session.terraform.calls).toEqual([]);
  });

  it("removes all stacks, the foundation last", async () => {
    await up();
    await session.succeed(...destroy);
    expect(begun().at(-1)).toBe("shop-foundation");
    expect(begun()).toHaveLength(3);
  });

  it("waits for an up that lifts what AWS itself protects", async () => {
    session.configure(shop);
    await up();
    session.configure(deletable);
    const { code, err } = await session.run(...destroy);
    expect(code).toBe(2);
    expect(err).toMatch(/aws_db_instance\.\S+ is protected in AWS \(deletion_protection\)/);
    expect(err).toContain("./datalab up --env shop, then destroy again");
    expect(begun()).toEqual([]);
  });
});

describe("up on AWS", () => {
  it("says how to have a secret back whose name is blocked", async () => {
    session.terraform.conduct = ({ command, stack }) =>
      command === "apply" && stack === "shop-foundation"
        ? {
            fail: {
              summary: "creating Secrets Manager Secret (shop/mlflow/admin-password)",
              detail: "InvalidRequestException: a secret with this name is already scheduled for deletion.",
            },
          }
        : undefined;
    const { code, err } = await session.run("up");
    expect(code).toBe(1);
    expect(err).toContain("aws secretsmanager restore-secret --secret-id shop/mlflow/admin-password");
    expect(err).toContain("terraform -chdir=cdktf.out/stacks/shop-foundation import ");
  });
});
