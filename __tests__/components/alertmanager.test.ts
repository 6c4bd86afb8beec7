import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkEnvironment } from "../../config/load";
import type { EnvironmentInput } from "../../config/schema";
import { printExpr } from "../../constructs/core/print";
import { ensureSecretFiles, newValue, readSecret } from "../../constructs/docker/secret-files";
import { synthesiseInput } from "../support/synth";

const base = { name: "lab", target: "docker", groups: ["core", "monitoring"] } as const satisfies EnvironmentInput;
type Receivers = NonNullable<NonNullable<EnvironmentInput["alerts"]>["receivers"]>;

function filesWith(receivers: Receivers): Record<string, string> {
  const { environment } = synthesiseInput({ ...base, alerts: { receivers } });
  const [service] = environment.component("alertmanager").services;
  return Object.fromEntries(
    Object.entries(service?.spec.files ?? {}).map(([path, { content }]) => [
      path,
      content instanceof Uint8Array ? "" : printExpr(content),
    ]),
  );
}

function configWith(receivers: Receivers): unknown {
  return JSON.parse(filesWith(receivers)["/etc/alertmanager/alertmanager.yml"] ?? "");
}

describe("Alertmanager", () => {
  it("tells nobody where nobody is named", () => {
    expect(configWith([])).toMatchObject({ route: { receiver: "shown", routes: [] }, receivers: [{ name: "shown" }] });
  });

  it("tells each receiver what it is to know, also when it is over", () => {
    const config = configWith([
      { kind: "slack", name: "on-call", channel: "#platform", severities: ["critical"] },
      {
        kind: "email",
        name: "team",
        to: ["a@example.com", "b@example.com"],
        from: "c@example.com",
        server: "smtp.example.com:587",
        user: "c",
      },
      { kind: "webhook", name: "ml", url: "http://192.0.2.7/alerts", groups: ["ml", "processing"] },
    ]);
    expect(config).toMatchObject({
      route: {
        routes: [
          { receiver: "on-call", matchers: ['severity=~"critical"'], continue: true },
          { receiver: "team", matchers: ['severity=~"critical|warning"'] },
          { receiver: "ml", matchers: ['severity=~"critical|warning"', 'group=~"ml|processing"'] },
        ],
      },
      receivers: [
        { name: "shown" },
        {
          slack_configs: [
            { channel: "#platform", send_resolved: true, api_url_file: "/run/alertmanager/alertmanager.on-call-url" },
          ],
        },
        {
          email_configs: [
            {
              to: "a@example.com, b@example.com",
              smarthost: "smtp.example.com:587",
              auth_username: "c",
              auth_password_file: "/run/alertmanager/alertmanager.team-password",
              send_resolved: true,
            },
          ],
        },
        { webhook_configs: [{ url: "http://192.0.2.7/alerts", send_resolved: true }] },
      ],
    });
  });

  it("holds back the warnings of a component that has something critical", () => {
    expect(configWith([])).toMatchObject({
      inhibit_rules: [
        { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: ["component"] },
      ],
    });
  });

  it("gets the secrets of its receivers as files", () => {
    const files = filesWith([{ kind: "webhook", name: "pager" }]);
    expect(files["/run/alertmanager/alertmanager.pager-url"]).toBe("{alertmanager.pager-url}");
  });

  it.each<[string, unknown, RegExp]>([
    ["an unknown kind", { kind: "pigeon", name: "a" }, /^lab\.alerts\.receivers\[0\].*"slack"/],
    [
      "a channel without its sign",
      { kind: "slack", name: "a", channel: "ops" },
      /receivers\[0\]\.channel: given "ops"/,
    ],
    ["a group that there is none of", { kind: "webhook", name: "a", url: "http://a/", groups: ["ai"] }, /groups\[0\]/],
    ["a URL of another scheme", { kind: "webhook", name: "a", url: "ftp://a/" }, /receivers\[0\]\.url: given "ftp/],
  ])("refuses %s", (_, receiver, message) => {
    expect(() => checkEnvironment("lab", { ...base, alerts: { receivers: [receiver] } })).toThrow(message);
  });

  it("refuses two receivers of one name", () => {
    const receivers = [
      { kind: "webhook", name: "a", url: "http://a/" },
      { kind: "webhook", name: "a", url: "http://b/" },
    ];
    expect(() => checkEnvironment("lab", { ...base, alerts: { receivers } })).toThrow(
      /lab\.alerts\.receivers\[1\]\.name: .*allowed: a name that no other receiver has/,
    );
  });
});

describe("a secret that somebody else gave out", () => {
  const secret = { id: "alertmanager.pager-url", format: { given: "url" } } as const;
  let top: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), "datalab-given-"));
  });
  afterEach(() => {
    rmSync(top, { recursive: true });
  });
  const file = (): string => join(top, ".datalab/secrets/lab", secret.id);
  const ensure = (): void => {
    ensureSecretFiles(top, "lab", [secret]);
  };

  it("is asked for by the name of its file", () => {
    expect(ensure).toThrow(
      /^\.datalab\/secrets\/lab\/alertmanager\.pager-url is missing; it has to hold one http or https URL, .* Nothing was changed/,
    );
  });

  it("is used as it is", () => {
    expect(ensure).toThrow();
    writeFileSync(file(), "https://hooks.example.com/T0/x\n", { mode: 0o600 });
    ensure();
    expect(readFileSync(file(), "utf8")).toBe("https://hooks.example.com/T0/x\n");
  });

  it("is refused when it holds something else", () => {
    expect(ensure).toThrow();
    writeFileSync(file(), "hooks.example.com", { mode: 0o600 });
    expect(() => readSecret(top, "lab", secret)).toThrow("holds something else; it has to hold one http or https URL");
  });

  it("is not rotated, because nobody here can draw one", () => {
    expect(() => newValue(top, "lab", secret)).toThrow(
      /somebody else gave it out\. Get a new one there, write it into \.datalab\/secrets\/lab\/alertmanager\.pager-url/,
    );
  });
});
