import { existsSync, readFileSync } from "node:fs";
import { FakeSession } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
  await session.succeed("up");
});
afterEach(() => session.end());

const file = (id: string): string => session.file(`.datalab/secrets/fake/${id}`);
/** What was run in the database's container; agents hear of what is away beside it. */
const inPostgres = (): typeof session.engine.execs =>
  session.engine.execs.filter(({ container }) => container === "fake-postgres");
const value = (id: string): string => readFileSync(file(id), "utf8");

it("gives a secret a new value, and up replaces what uses it and nothing else", async () => {
  const before = value("redis.password");
  const ids = new Map([...session.engine.containers.values()].map(({ name, id }) => [name, id]));
  const { out } = await session.succeed("secrets", "rotate", "redis.password");
  expect(out).toContain("redis.password has a new value");
  expect(value("redis.password")).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(value("redis.password")).not.toBe(before);
  expect(existsSync(file("redis.password.next"))).toBe(false);

  await session.succeed("up");
  const replaced = [...session.engine.containers.values()].filter(({ name, id }) => ids.get(name) !== id);
  expect(replaced.map(({ name }) => name)).toEqual(["fake-redis"]);
});

it("tells the software that keeps the secret in its data, by standard input, and only then its file", async () => {
  const before = value("postgres.admin-password");
  let duringChange = "";
  session.engine.onExec = () => {
    duringChange = value("postgres.admin-password");
    return { output: "", exitCode: 0 };
  };
  await session.succeed("secrets", "rotate", "postgres.admin-password");
  const after = value("postgres.admin-password");
  expect(inPostgres()).toEqual([
    { container: "fake-postgres", command: ["/bin/sh", "-c", expect.any(String)], input: `${before}\n${after}\n` },
  ]);
  expect(JSON.stringify(inPostgres()[0]?.command)).not.toContain(after);
  expect(duringChange).toBe(before);
  expect(after).not.toBe(before);
});

it("keeps the old value when the software refuses, and goes on with the same new one", async () => {
  const before = value("postgres.admin-password");
  session.engine.onExec = () => ({ output: "psql: no", exitCode: 2 });
  const { code, err } = await session.run("secrets", "rotate", "postgres.admin-password");
  expect(code).toBe(1);
  expect(err).toContain("postgres.admin-password could not be changed inside postgres (exit 2): psql: no");
  expect(value("postgres.admin-password")).toBe(before);

  session.engine.onExec = () => ({ output: "", exitCode: 0 });
  await session.succeed("secrets", "rotate", "postgres.admin-password");
  expect(inPostgres()[1]?.input).toBe(inPostgres()[0]?.input);
  expect(inPostgres()[1]?.input).toBe(`${before}\n${value("postgres.admin-password")}\n`);
});

it("is refused while the software that has to agree does not run, and changes nothing", async () => {
  const before = value("postgres.admin-password");
  session.engine.end("fake-postgres");
  const { code, err } = await session.run("secrets", "rotate", "postgres.admin-password");
  expect(code).toBe(2);
  expect(err).toContain("postgres has to run and be healthy");
  expect(value("postgres.admin-password")).toBe(before);
  expect(existsSync(file("postgres.admin-password.next"))).toBe(false);
});
