import { chosenLogins } from "../../cli/commands/credentials";
import { chooseSecrets } from "../../cli/commands/secrets-rotate";
import { readersOf } from "../../cli/secrets/readers";
import { refuseWithoutKeys } from "../../cli/secrets/two-keys";
import { descriptionOf } from "../support/description";

const dev = descriptionOf("dev");

describe("the two keys of data deletion", () => {
  const keys = (dataDeletion: "allowed" | "forbidden", typed: string) => () => {
    refuseWithoutKeys({ ...dev, dataDeletion }, typed);
  };

  it("open together only", () => {
    expect(keys("allowed", "dev")).not.toThrow();
    expect(keys("allowed", " dev\n")).not.toThrow();
    expect(keys("forbidden", "dev")).toThrow('set dataDeletion: "allowed" in config/environments/dev.ts');
    expect(keys("allowed", "")).toThrow("--confirm dev.");
    expect(keys("allowed", "staging")).toThrow('(given: "staging")');
  });
});

describe("choice of secrets", () => {
  it("takes names of components and of secrets", () => {
    expect(chooseSecrets(dev, ["minio", "minio.root-password"]).map(({ id }) => id)).toEqual(["minio.root-password"]);
    expect(chooseSecrets(dev, ["consul"]).length).toBeGreaterThan(2);
  });

  it("changes the gossip key before the token that the change needs", () => {
    const ids = chooseSecrets(dev, ["consul"]).map(({ id }) => id);
    expect(ids.indexOf("consul.gossip-key")).toBeLessThan(ids.indexOf("consul.management-token"));
  });

  it("refuses other names", () => {
    expect(() => chooseSecrets(dev, ["redis.pasword"])).toThrow('no secret "redis.pasword"');
    expect(() => chosenLogins(dev, ["superset"])).toThrow(/no component or secret "superset".*minio/);
  });
});

describe("readers of a secret", () => {
  it("are also those of what is made from it", () => {
    const readers = (id: string): string[] => readersOf(dev, [{ id }]);
    expect(readers("nifi.tls")).toEqual(["nifi"]);
    expect(readers("nifi.metrics-tls")).toEqual(["prometheus"]);
    expect(readers("minio.root-password")).toEqual(["minio"]);
  });
});

describe("log-ins", () => {
  it("carry no values", () => {
    expect(chosenLogins(dev, ["minio"])).toEqual([
      {
        component: "minio",
        endpoint: "minio.console",
        url: "http://localhost:9001/",
        user: "root",
        secret: "minio.root-password",
      },
    ]);
  });
});
