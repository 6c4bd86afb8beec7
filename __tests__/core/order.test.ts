import { App } from "cdktf";
import type { Construct } from "constructs";
import { images } from "../../config/images";
import { checkEnvironment } from "../../config/load";
import { PlatformEnvironment } from "../../constructs/core/environment";
import { orderOf } from "../../constructs/core/order";
import { type Expr, late, type Need, type Step, text } from "../../constructs/core/reference";
import { DockerTarget } from "../../constructs/docker";
import { Piece } from "../support/piece";

function step(name: string, env: Readonly<Record<string, string | Expr>> = {}, script = "true"): Step {
  return { name, image: images.redis, script, env };
}

/** An environment of two groups, without anything in them. */
function coreAndMl(): [PlatformEnvironment, Construct, Construct] {
  const environment = new PlatformEnvironment(
    new App(),
    checkEnvironment("lab", { name: "lab", target: "docker", groups: ["core", "ml"] }),
  );
  const target = new DockerTarget(environment);
  return [environment, target.groupStack("core"), target.groupStack("ml")];
}

/** What each unit of the group `ml` waits for, in the order in which they are made. */
function orderIn(build: (ml: Construct, core: Construct) => void): { order: [string, string[]][]; stacks: string[] } {
  const [environment, core, ml] = coreAndMl();
  build(ml, core);
  const { units, stacks } = orderOf(environment, "lab-ml");
  return { order: units.map(({ id, after }) => [id, [...after].sort()]), stacks: [...stacks] };
}

describe("order", () => {
  it("puts what references bring first, then the component's own steps, then its services, then what it provisions", () => {
    const { order } = orderIn((ml) => {
      const store = new Piece(ml, "store");
      new Piece(ml, "app", (app) => {
        app.afterwards(step("announce"));
        app.before(step("migrate"));
        app.service({ STORE: text`${store.web}`.withNeeds({ provider: "store", steps: [step("bucket")] }) });
      });
    });
    expect(order).toEqual([
      ["store", []],
      ["init-store-bucket", ["store"]],
      ["init-app-migrate", ["init-store-bucket"]],
      ["app", ["init-app-migrate", "init-store-bucket", "store"]],
      ["init-app-announce", ["app"]],
    ]);
  });

  it("runs a component's steps once, however many services wait for them", () => {
    const { order } = orderIn((ml) => {
      new Piece(ml, "app", (app) => {
        app.before(step("migrate"));
        app.service({}, "app-web");
        app.service({}, "app-worker");
      });
    });
    expect(order).toEqual([
      ["init-app-migrate", []],
      ["app-web", ["init-app-migrate"]],
      ["app-worker", ["init-app-migrate"]],
    ]);
  });

  it("keeps steps of one name apart by their components", () => {
    const { order } = orderIn((ml) => {
      for (const name of ["one", "two"]) {
        new Piece(ml, name, (piece) => {
          piece.before(step("migrate"));
          piece.service({});
        });
      }
    });
    expect(order.map(([id]) => id)).toEqual(["init-one-migrate", "one", "init-two-migrate", "two"]);
  });

  it("takes equal steps for one, and refuses two that differ", () => {
    const use = (ml: Construct, name: string, script: string): Piece =>
      new Piece(ml, name, (piece) => {
        piece.service({}, name, { needs: [{ provider: "store", steps: [step("bucket", {}, script)] }] });
      });
    const { order } = orderIn((ml) => {
      new Piece(ml, "store");
      use(ml, "one", "true");
      use(ml, "two", "true");
    });
    expect(order.map(([id]) => id)).toEqual(["store", "init-store-bucket", "one", "two"]);
    expect(() =>
      orderIn((ml) => {
        new Piece(ml, "store");
        use(ml, "one", "true");
        use(ml, "two", "false");
      }),
    ).toThrow('lab: store: step "bucket": two different steps have this name');
  });

  it("runs a step in each group that uses what it makes, by another name, and refuses two that differ", () => {
    const [environment, core, ml] = coreAndMl();
    const use = (scope: Construct, name: string, script: string): Piece =>
      new Piece(scope, name, (piece) => {
        piece.service({}, name, { needs: [{ provider: "store", steps: [step("bucket", {}, script)] }] });
      });
    new Piece(core, "store");
    use(core, "one", "true");
    use(ml, "two", "true");
    const first = orderOf(environment, "lab-core");
    const second = orderOf(environment, "lab-ml", [first]);
    expect(first.units.map(({ id }) => id)).toEqual(["store", "init-store-bucket", "one"]);
    expect(second.units.map(({ id, after }) => [id, after])).toEqual([
      ["init-store-bucket-ml", []],
      ["two", ["init-store-bucket-ml"]],
    ]);
    use(ml, "three", "false");
    expect(() => orderOf(environment, "lab-ml", [first])).toThrow(
      'lab: store: step "bucket": two different steps have this name',
    );
  });

  describe("of a step that an earlier group runs", () => {
    /** What the last of three groups runs, where the first one has steps and the second one none. */
    function lastOf(first: readonly Step[], last: readonly Step[]): string[] {
      const groups = ["core", "processing", "ml"] as const;
      const environment = new PlatformEnvironment(
        new App(),
        checkEnvironment("lab", { name: "lab", target: "docker", groups }),
      );
      const target = new DockerTarget(environment);
      const [core, processing, ml] = groups.map((group) => target.groupStack(group));
      if (!core || !processing || !ml) throw new Error("there are three groups");
      const use = (scope: Construct, name: string, steps: readonly Step[]): Piece =>
        new Piece(scope, name, (piece) => {
          piece.service({}, name, { needs: [{ provider: "store", steps }] });
        });
      new Piece(core, "store");
      use(core, "one", first);
      use(processing, "two", []);
      use(ml, "three", last);
      const earlier = [orderOf(environment, "lab-core")];
      earlier.push(orderOf(environment, "lab-processing", earlier));
      return orderOf(environment, "lab-ml", earlier).units.map(({ id }) => id);
    }

    it("sees all groups before, and not only the last one", () => {
      expect(lastOf([step("bucket")], [step("bucket")])).toEqual(["init-store-bucket-ml", "three"]);
      expect(lastOf([step("other")], [step("bucket")])).toEqual(["init-store-bucket", "three"]);
    });

    it("refuses one that differs, and a name that its own with the group would take from another", () => {
      const twice = /^lab: store: step "bucket": two different steps have this name/;
      expect(() => lastOf([step("bucket")], [step("bucket", {}, "false")])).toThrow(twice);
      expect(() => lastOf([step("bucket"), step("bucket-ml")], [step("bucket")])).toThrow(twice);
    });
  });

  it("refuses a component's second step of one name", () => {
    expect(() =>
      orderIn((ml) => {
        new Piece(ml, "app", (app) => {
          app.before(step("migrate"));
          app.afterwards(step("migrate"));
        });
      }),
    ).toThrow('lab: app: step "migrate": it has a step of this name already');
  });

  it("lets a user of one service wait for that service, not for its siblings", () => {
    const { order } = orderIn((ml) => {
      const cluster = new Piece(ml, "cluster", (piece) => {
        piece.service({}, "cluster-master");
        piece.service({}, "cluster-worker");
      });
      const master = cluster.port("rpc", "cluster-master");
      new Piece(ml, "app", (app) => {
        app.service({ MASTER: text`${master}` });
      });
    });
    expect(Object.fromEntries(order)["app"]).toEqual(["cluster-master"]);
  });

  it("orders services of one component by the addresses that they use, and by `after`", () => {
    const { order } = orderIn((ml) => {
      new Piece(ml, "app", (app) => {
        const api = app.port("api", "app-api");
        app.service({}, "app-last", { after: ["app-worker"] });
        app.service({ API: text`${api}` }, "app-worker");
        app.service({}, "app-api");
      });
    });
    expect(order).toEqual([
      ["app-api", []],
      ["app-worker", ["app-api"]],
      ["app-last", ["app-worker"]],
    ]);
  });

  it("finds what is described later", () => {
    const { order } = orderIn((ml) => {
      const made: Piece[] = [];
      new Piece(ml, "first", (piece) => {
        piece.service({ URL: late(() => made[0]?.web.url ?? "") });
      });
      made.push(new Piece(ml, "second"));
    });
    expect(order).toEqual([
      ["second", []],
      ["first", ["second"]],
    ]);
  });

  it("delivers loose references without an order, their steps included", () => {
    const { order, stacks } = orderIn((ml, core) => {
      const far = new Piece(core, "far");
      const near = new Piece(ml, "near");
      new Piece(ml, "watcher", (watcher) => {
        watcher.service({
          FAR: far.web.url.loose(),
          NEAR: near.web.url.withNeeds({ provider: "near", steps: [step("account")] }).loose(),
        });
      });
    });
    expect(order).toEqual([
      ["near", []],
      ["watcher", []],
      ["init-near-account", ["near"]],
    ]);
    expect(stacks).toEqual([]);
  });

  it("waits for a step that its provider runs", () => {
    const { order } = orderIn((ml) => {
      let need: Need | undefined;
      new Piece(ml, "server", (server) => {
        server.service({});
        need = server.afterwards(step("keys"));
      });
      new Piece(ml, "app", (app) => {
        app.service({}, "app", { needs: need ? [need] : [] });
      });
    });
    expect(Object.fromEntries(order)["app"]).toEqual(["init-server-keys", "server"]);
  });

  it("lets a stack come after those that it refers to, as a whole", () => {
    const { order, stacks } = orderIn((ml, core) => {
      const store = new Piece(core, "store");
      new Piece(ml, "app", (app) => {
        app.service({ STORE: text`${store.web}` });
      });
    });
    expect({ order, stacks }).toEqual({ order: [["app", []]], stacks: ["lab-core"] });
  });

  it.each<[string, (ml: Construct, core: Construct) => void, RegExp]>([
    [
      "services that wait for each other",
      (ml) => {
        new Piece(ml, "app", (app) => {
          app.service({}, "one", { after: ["two"] });
          app.service({}, "two", { after: ["one"] });
        });
      },
      /^lab: app: order: one waits for two waits for one: none of them could start\. .*references loose/,
    ],
    [
      "an address at which nothing answers",
      (ml) => {
        const silent = new Piece(ml, "silent", (piece) => {
          piece.service({}, "other");
        });
        new Piece(ml, "app", (app) => {
          app.service({ URL: silent.web.url });
        });
      },
      /^lab: app: reference to silent\.web: silent runs no service "silent"/,
    ],
    [
      "`after` with a service of nobody",
      (ml) => {
        new Piece(ml, "app", (app) => {
          app.service({}, "app", { after: ["database"] });
        });
      },
      /^lab: app: after: "database" is not one of its services \(app\)/,
    ],
    [
      "two services of one name",
      (ml) => {
        new Piece(ml, "app");
        new Piece(ml, "other", (other) => {
          other.service({}, "app");
        });
      },
      /^lab: other: run "app": app runs a service of this name/,
    ],
  ])("refuses %s", (_, build, message) => {
    expect(() => orderIn(build)).toThrow(message);
  });

  it("refuses a reference to a group that stands on this one", () => {
    const environment = new PlatformEnvironment(
      new App(),
      checkEnvironment("lab", { name: "lab", target: "docker", groups: ["core", "ml"] }),
    );
    const target = new DockerTarget(environment);
    const core = target.groupStack("core");
    const ml = target.groupStack("ml");
    const app = new Piece(ml, "app");
    new Piece(core, "store", (store) => {
      store.service({ APP: text`${app.web}` });
    });
    expect(() => orderOf(environment, "lab-core")).toThrow(
      "lab: store: its reference to app.web: the group ml comes later or stands on this one.",
    );
  });

  it("lets the steps of a loose need wait for what a cloud runs, and not its user", () => {
    const managed = (loose: boolean): [string, readonly string[]][] => {
      const environment = new PlatformEnvironment(
        new App(),
        checkEnvironment("lab", { name: "lab", target: "docker", groups: ["core"] }),
      );
      const core = new DockerTarget(environment).groupStack("core");
      // A component without services is what one that the target's cloud runs looks like.
      new Piece(core, "bucket", () => undefined);
      const need: Need = { provider: "bucket", steps: [step("create")], loose };
      new Piece(core, "app", (app) => {
        app.service({}, "app", { needs: [need] });
      });
      return orderOf(environment, "lab-core").units.map((unit) => [unit.id, unit.managed]);
    };
    expect(Object.fromEntries(managed(true))).toEqual({ app: [], "init-bucket-create": ["bucket"] });
    expect(Object.fromEntries(managed(false))).toEqual({ app: ["bucket"], "init-bucket-create": ["bucket"] });
  });
});
