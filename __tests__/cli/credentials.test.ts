import { readFileSync } from "node:fs";
import type { CredentialEntry } from "../../cli/commands/credentials";
import { FakeSession } from "../support/fake-session";

let session: FakeSession;
beforeEach(async () => {
  session = await FakeSession.start();
});
afterEach(() => session.end());

const value = (id: string): string => readFileSync(session.file(`.datalab/secrets/fake/${id}`), "utf8");

async function entries(...words: string[]): Promise<readonly CredentialEntry[]> {
  const { out } = await session.succeed("credentials", ...words, "--json");
  return (JSON.parse(out) as { credentials: CredentialEntry[] }).credentials;
}

it("shows every password when asked to, and none otherwise", async () => {
  await session.succeed("up");
  const shown = await entries("--show");
  expect(shown.length).toBeGreaterThan(2);
  for (const { secret, password } of shown) expect(password).toBe(value(secret));
  expect((await session.succeed("credentials", "--show")).out).toContain(value("minio.root-password"));

  const { out } = await session.succeed("credentials");
  expect(out).toContain("minio.root-password");
  for (const { password } of shown) expect(out).not.toContain(String(password));
});

it("shows the password of a component that is named, and of no other", async () => {
  await session.succeed("up");
  const { out } = await session.succeed("credentials", "minio");
  expect(out).toContain(value("minio.root-password"));
  expect(out).not.toContain(value("postgres.admin-password"));
});

it("says that there are none before the first up", async () => {
  expect((await entries("minio")).map(({ exists, password }) => [exists, password])).toEqual([[false, null]]);
  expect((await session.succeed("credentials")).out).toContain("made by the first up");
});
