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

const email = {
  kind: "email",
  name: "a",
  to: ["ops@example.com"],
  from: "datalab@example.com",
  server: "192.0.2.7:25",
} as const;

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
      { kind: "webhook", name: "ml", url: "http://192.0.2.7/alerts", groups: ["core", "monitoring"] },
    ]);
    expect(config).toMatchObject({
      route: {
        routes: [
          { receiver: "on-call", matchers: ['severity=~"critical"'], continue: true },
          { receiver: "team", matchers: ['severity=~"critical|warning"'] },
          { receiver: "ml", matchers: ['severity=~"critical|warning"', 'group=~"core|monitoring"'] },
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
    ["a URL without a host", { kind: "webhook", name: "a", url: "https://:8080/" }, /\.url: .*an http or https URL/],
    ["a port that there is none of", { kind: "webhook", name: "a", url: "https://a:99999/" }, /\.url: given/],
    ["an account in a URL", { kind: "webhook", name: "a", url: "https://u:pw@a/" }, /\.url: .*without an account/],
    [
      "Slack's hook as a webhook",
      { kind: "webhook", name: "a", url: "https://hooks.slack.com/services/T/B/x" },
      /\.url: .*which Slack does not\. Set kind to "slack".*alertmanager\.a-url/,
    ],
    [
      "the name that Alertmanager's configuration has anyway",
      { kind: "webhook", name: "shown", url: "http://a/" },
      /receivers\[0\]\.name: given "shown"; allowed: a name other than shown, which the platform uses itself/,
    ],
    ["a mail server's port out of range", { ...email, server: "smtp.example.com:65536" }, /\.server: .*host:port/],
    ["a mail server's port 0", { ...email, server: "smtp.example.com:0" }, /\.server: .*host:port/],
    ["a mail server that is no name", { ...email, server: "...:25" }, /\.server: .*host:port/],
    ["an address in brackets", { ...email, to: ["<ops@example.com>"] }, /\.to\[0\]: .*an e-mail address/],
    ["a name before an address", { ...email, from: "Lab:ops@example.com" }, /\.from: .*an e-mail address/],
    [
      "a group that the environment does not have",
      { kind: "webhook", name: "a", url: "http://a/", groups: ["core", "ml"] },
      /receivers\[0\]\.groups\[1\]: given "ml"; allowed: groups that the environment has: core, monitoring/,
    ],
  ])("refuses %s", (_, receiver, message) => {
    expect(() => checkEnvironment("lab", { ...base, alerts: { receivers: [receiver] } })).toThrow(message);
  });

  it.each<[string, object]>([
    ["whose group is left out", { groups: ["core"] }],
    ["that is left out", { components: { without: ["alertmanager", "grafana"] } }],
  ])("has no receivers in an environment %s", (_, changes) => {
    const input = { ...base, ...changes, alerts: { receivers: [email] } };
    expect(() => checkEnvironment("lab", input)).toThrow(
      /^lab\.alerts\.receivers: given .*; allowed: no receivers in an environment without alertmanager/,
    );
    expect(checkEnvironment("lab", { ...base, alerts: { receivers: [email] } }).alerts.receivers).toHaveLength(1);
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
