import { complain } from "../../constructs/core/errors";
import { shown } from "../../constructs/core/shown";

const hidden = "a value that is not shown, because it may be a secret";

/** What a message says was given. */
function givenIn(key: string, given: unknown): string {
  return complain({ key, given, allowed: "something else", remedy: "Correct it." }).message.split("; allowed")[0] ?? "";
}

describe("a message about a setting that is called like a secret", () => {
  it.each([
    "lab.airflow.connections.warehouse.password",
    "lab.postgres.adminPassword",
    "lab.grafana.admin_password",
    'lab.secrets["minio.access-key"]',
    "lab.tokens[0]",
    "lab.nifi.encryptionKey",
    "lab.credentials",
    "lab.smtp.passphrase",
  ])("does not repeat the value of %s", (key) => {
    for (const given of ["hunter2", 12345, ["hunter2"], { value: "hunter2" }]) {
      expect(givenIn(key, given)).toBe(`${key}: given ${hidden}`);
    }
  });

  it("tells whether there is one", () => {
    expect([undefined, null, true, false].map((given) => shown(given, "lab.password"))).toEqual([
      "nothing",
      "null",
      "true",
      "false",
    ]);
  });

  it.each(["lab.ports", 'lab.sizes["kafka-ui"]', "lab.passes", "lab.secretary", "lab.keys", "lab.bypass"])(
    "is another one than that about %s",
    (key) => {
      expect(givenIn(key, "hunter2")).toBe(`${key}: given "hunter2"`);
    },
  );

  it("does not repeat it as a part of something larger either", () => {
    const given = [{ user: "reader", password: "hunter2", deeper: { apiKey: 7, tokens: ["x"], token: true } }];
    expect(shown(given)).toBe(
      `[{"user":"reader","password":${hidden},"deeper":{"apiKey":${hidden},"tokens":${hidden},"token":true}}]`,
    );
  });
});

describe("a message about a URL", () => {
  it.each([
    ["https://ada:hunter2@db.example.com:5432/sales?sslmode=require", "https://…@db.example.com:5432/…"],
    ["postgresql+psycopg2://ada:hun/t@er2@db.example.com/sales", "postgresql+psycopg2://…@db.example.com/…"],
    ["https://token@git.example.com", "https://…@git.example.com"],
    ["ada:hunter2@registry.example.com", "…@registry.example.com"],
    ["https://hooks.slack.com/services/T0/B0/hunter2", "https://hooks.slack.com/…"],
    ["HTTPS://hooks.example.com?key=hunter2", "HTTPS://hooks.example.com/…"],
    ["http://192.0.2.7:8080/", "http://192.0.2.7:8080/"],
    ["tcp://192.0.2.7:2375", "tcp://192.0.2.7:2375"],
  ])("shows scheme and host of %s", (given, said) => {
    expect(shown(given)).toBe(JSON.stringify(said));
  });

  it("does so without a scheme where a URL is meant", () => {
    expect(shown("hooks.slack.com/services/T0/B0/hunter2", "lab.alerts.receivers[0].url")).toBe('"hooks.slack.com/…"');
    expect(shown(["hooks.example.com/hunter2"], "lab.webhooks")).toBe('["hooks.example.com/…"]');
  });

  it.each(["registry.example.com:5000/a/b", "/var/lib/docker", "ops@example.com", "a: b", "12:30"])(
    "is not one about %s",
    (given) => {
      expect(shown(given)).toBe(JSON.stringify(given));
    },
  );
});
