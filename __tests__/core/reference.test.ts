import {
  hasSecret,
  type Lowering,
  launchScript,
  plainText,
  shellCommand,
  shellWord,
  stepScript,
} from "../../constructs/core/launch";
import { Endpoint, join, Secret, text } from "../../constructs/core/reference";

const owner = "db";
const sql = new Endpoint(owner, "sql", { port: 5432, scheme: "postgresql", operatorPort: 15432 });
const password = new Secret(owner, "password", "password");
const lowering: Lowering = {
  address: ({ endpoint, form, from }) => `<${endpoint.id} ${form} ${from}>`,
  targetText: (part) => `<${part.constructor.name}>`,
  secretInShell: (secret) => `$(cat /run/secrets/${secret.id})`,
  secretFile: (secret) => `/run/secrets/${secret.id}`,
};

describe("text", () => {
  it("keeps references as references", () => {
    const uri = text`postgresql://app:${password}@${sql}/app?port=${5}`;
    expect(uri.parts.filter((part) => typeof part === "string")).toEqual(["postgresql://app:", "@", "/app?port=", "5"]);
    expect(uri.secrets).toEqual([password]);
  });

  it("resolves an address by the viewpoint", () => {
    expect(plainText(text`${sql} ${sql.from("operator").url} ${sql.host}`, lowering)).toBe(
      "<db.sql authority platform> <db.sql url operator> <db.sql host platform>",
    );
  });

  it("collects what its parts need", () => {
    const need = { provider: owner };
    const inner = text`${sql}`.withNeeds(need);
    expect(text`a ${inner} b`.needs).toEqual([need]);
    expect(join([inner, inner], ",").needs).toHaveLength(2);
    expect(plainText(join([sql, "x"], ","), lowering)).toBe("<db.sql authority platform>,x");
  });

  it("refuses to write a secret as plain text", () => {
    expect(() => plainText(text`x${password}`, lowering)).toThrow("db.password cannot be written as plain text");
    expect(hasSecret(text`x${password}`)).toBe(true);
    expect(hasSecret(text`x${sql}`)).toBe(false);
    expect(hasSecret("x")).toBe(false);
  });
});

describe("shell texts", () => {
  it("quote literals and read secrets where they run", () => {
    expect(shellWord(text`a"b$c\`d\\e ${password}`, lowering)).toBe(
      '"a\\"b\\$c\\`d\\\\e $(cat /run/secrets/db.password)"',
    );
  });

  it("take the literal parts of a command as shell code", () => {
    expect(shellCommand(text`PGPASSWORD=${password} psql | grep 1`, lowering)).toBe(
      'PGPASSWORD="$(cat /run/secrets/db.password)" psql | grep 1',
    );
  });
});

describe("launch script", () => {
  it("exports, writes and becomes the service", () => {
    const script = launchScript(
      "app",
      { entrypoint: ["/bin/app", "it's"], env: { PLAIN: "1", URI: text`db://${password}@${sql}` } },
      { "/etc/app/app.ini": { content: text`key=${password}\n`, uid: 7 } },
      lowering,
    );
    expect(script).toBe(`#!/bin/sh
set -eu
URI="db://$(cat /run/secrets/db.password)@<db.sql authority platform>"
export URI
mkdir -p '/etc/app'
(umask 077; printf '%s' "key=$(cat /run/secrets/db.password)
" > '/etc/app/app.ini')
[ "$(id -u)" != 0 ] || chown 7 '/etc/app/app.ini'
exec '/bin/app' 'it'\\''s' "$@"
`);
  });

  it("is left out where there is no secret", () => {
    expect(launchScript("app", { env: { PLAIN: "1" } }, {}, lowering)).toBeUndefined();
  });

  it("needs to know what to start", () => {
    expect(() => launchScript("app", { env: { A: text`${password}` } }, {}, lowering)).toThrow(
      "app: a service with secrets has to name its entrypoint",
    );
  });

  it("quotes file paths", () => {
    const script = launchScript(
      "app",
      { entrypoint: ["x"], env: {} },
      { "/it's/$(touch x)": { content: text`${password}`, uid: 1 } },
      lowering,
    );
    expect(script).toContain(`mkdir -p '/it'\\''s'\n`);
    expect(script).toContain(`> '/it'\\''s/$(touch x)')\n`);
    expect(script).toContain(`chown 1 '/it'\\''s/$(touch x)'\n`);
  });

  it.each(["my.setting", "1ST", "A-B", "A=B", "A B", ""])("refuses a variable that is called '%s'", (name) => {
    const message = `env: given "${name}"; allowed: letters, digits and _`;
    const secret = { A: text`${password}` };
    // Also one without a secret: dash forgets what it cannot name.
    expect(() => launchScript("app", { entrypoint: ["x"], env: { ...secret, [name]: "1" } }, {}, lowering)).toThrow(
      `app.${message}`,
    );
    expect(() => stepScript({ name: "migrate", env: { [name]: "1" }, script: "" }, lowering)).toThrow(
      `migrate.${message}`,
    );
  });

  it("leaves names alone that no shell passes on", () => {
    expect(launchScript("app", { env: { "my.setting": "1" } }, {}, lowering)).toBeUndefined();
  });

  it("precedes the lines of an init step", () => {
    expect(stepScript({ name: "migrate", env: { A: text`${password}`, B: "2" }, script: "\nrun it\n" }, lowering)).toBe(
      '#!/bin/sh\nset -eu\nA="$(cat /run/secrets/db.password)"\nexport A\nrun it\n',
    );
  });
});
