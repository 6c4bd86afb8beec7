import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { processHolding } from "../../cli/preflight/port-process";
import { registryLogin } from "../../cli/preflight/registry-login";

const folder = mkdtempSync(join(tmpdir(), "datalab-login-"));
const before = { DOCKER_CONFIG: process.env["DOCKER_CONFIG"], PATH: process.env["PATH"] };
const hub = "https://index.docker.io/v1/";

beforeAll(() => {
  process.env["DOCKER_CONFIG"] = folder;
  process.env["PATH"] = `${folder}${delimiter}${before.PATH ?? ""}`;
});
afterAll(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true });
});

const configure = (configuration: unknown): void => {
  writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
};
const program = (name: string, script: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
};
const auth = Buffer.from("me:a:b").toString("base64");

describe("the log-in for an image", () => {
  it("is in the configuration itself", () => {
    configure({ auths: { [hub]: { auth }, "quay.io": { identitytoken: "t" }, "ghcr.io": {} } });
    expect(registryLogin("redis:7").login).toEqual({ username: "me", password: "a:b", serveraddress: hub });
    expect(registryLogin("quay.io/a/b:1").login).toEqual({ identitytoken: "t", serveraddress: "quay.io" });
    expect(registryLogin("ghcr.io/a/b:1")).toEqual({});
  });

  it("is asked of the registry's own helper, then of the general one", () => {
    configure({
      auths: { [hub]: {} },
      credsStore: "desktop",
      credHelpers: { "1.dkr.ecr.eu-west-1.amazonaws.com": "ecr" },
    });
    const answer = (user: string, secret: string): string =>
      `cat > ${folder}/asked; echo '{"Username":"${user}","Secret":"${secret}"}'`;
    program("docker-credential-desktop", `[ "$1" = get ] && ${answer("me", "p")}`);
    program("docker-credential-ecr", answer("<token>", "t"));
    expect(registryLogin("redis:7")).toEqual({ login: { username: "me", password: "p", serveraddress: hub } });
    expect(readFileSync(join(folder, "asked"), "utf8")).toBe(hub);
    const server = "1.dkr.ecr.eu-west-1.amazonaws.com";
    expect(registryLogin(`${server}/a:1`)).toEqual({ login: { identitytoken: "t", serveraddress: server } });
  });

  it("is none where the helper knows none", () => {
    configure({ credsStore: "desktop" });
    program("docker-credential-desktop", "echo 'credentials not found in native keychain'; exit 1");
    expect(registryLogin("redis:7")).toEqual({});
  });

  it.each([
    ["fails", "echo 'the key chain is locked' >&2; exit 1", "the key chain is locked"],
    ["answers something else", "echo Hello", "gave an answer for https://index.docker.io/v1/ that is not a log-in"],
  ])("is none, with the reason, where the helper %s", (_, script, reason) => {
    configure({ credsStore: "desktop" });
    program("docker-credential-desktop", script);
    const { login, problem } = registryLogin("redis:7");
    expect(login).toBeUndefined();
    expect(problem).toContain(reason);
  });

  it("is none, with the reason, where the helper is missing", () => {
    configure({ credsStore: "nowhere" });
    expect(registryLogin("redis:7").problem).toContain("docker-credential-nowhere, which Docker's configuration names");
  });

  it("is not looked for in what is no JSON", () => {
    writeFileSync(join(folder, "config.json"), "{");
    expect(() => registryLogin("redis:7")).toThrow(/config\.json, which belongs to Docker's own command, is not JSON/);
  });
});

describe("who holds a port", () => {
  const port = { address: "127.0.0.1", port: 9000, internal: 9000, protocol: "tcp" };

  it("is asked of lsof on macOS", () => {
    program("lsof", `echo "$@" > ${folder}/words; printf 'p812\\ncnginx\\nf6\\n'`);
    expect(processHolding(port, "darwin")).toBe("process 812 (nginx)");
    expect(readFileSync(join(folder, "words"), "utf8")).toBe("-nP -iTCP:9000 -sTCP:LISTEN -Fpc\n");
    program("lsof", "exit 1");
    expect(processHolding(port, "darwin")).toContain("a process that this account cannot see");
  });

  it("is said not to be known elsewhere", () => {
    expect(processHolding(port, "win32")).toBe("another process; datalab cannot tell which one on win32");
  });
});
