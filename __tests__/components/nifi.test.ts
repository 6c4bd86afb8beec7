import type { EnvironmentInput } from "../../config/schema";
import { observabilityOf } from "../../constructs/core/observability-of";
import { specsOf } from "../support/spec";
import { type Synthesised, synthesiseInput, synthesiseNamed } from "../support/synth";

interface NifiSpec {
  readonly env: Readonly<Record<string, string>>;
  readonly data: readonly { readonly path: string; readonly uid: number; readonly ownedByImage: boolean }[];
}

const lab = (changes: Partial<Extract<EnvironmentInput, { target: "docker" }>> = {}): Synthesised =>
  synthesiseInput({ name: "lab", target: "docker", groups: ["core", "processing"], ...changes });

const specOf = ({ environment }: Synthesised): NifiSpec => specsOf(environment, "nifi")["nifi"] as NifiSpec;

describe("NiFi", () => {
  const plain = lab();
  const moved = lab({ portOffset: 100, operatorHost: "lab.example.com", size: "small" });

  it("keeps its flow, its state and all four repositories, in folders that the image has filled", () => {
    const { data } = specOf(plain);
    expect(data.map(({ path }) => path.replace("/opt/nifi/nifi-current/", "")).sort()).toEqual([
      "conf",
      "content_repository",
      "database_repository",
      "flowfile_repository",
      "provenance_repository",
      "state",
    ]);
    // An empty folder over `conf` would hide the configuration that the image brings.
    for (const volume of data) expect(volume).toMatchObject({ uid: 1000, ownedByImage: true });
  });

  it("has half of its limit as heap", () => {
    const heap = (synthesised: Synthesised): string | undefined => specOf(synthesised).env["NIFI_JVM_HEAP_MAX"];
    expect([plain, moved, lab({ sizes: { nifi: { memoryMiB: 3000 } } })].map(heap)).toEqual(["768m", "512m", "1500m"]);
  });

  it("answers to the operator's address and to its own name", () => {
    expect(moved.environment.secrets.get("nifi.tls-key-store")?.format).toMatchObject({
      certificate: { names: ["nifi", "lab.example.com"], usage: "server" },
    });
    expect(JSON.stringify(moved.stacks["lab-processing"])).toContain("NIFI_WEB_PROXY_HOST=lab.example.com:8543");
  });

  it("is given its stores byte by byte, because a shell's text would end at the first zero", () => {
    const written = JSON.stringify(plain.stacks["lab-processing"]);
    for (const store of ["key", "trust"]) {
      expect(written).toContain(`cat /run/secrets/nifi.tls-${store}-store > '/opt/nifi/tls/${store}store.p12'`);
    }
  });

  it("shows its metrics to a client with a certificate that opens no server", () => {
    const target = observabilityOf(plain.environment).targets.find(({ component }) => component === "nifi");
    expect(target).toMatchObject({
      scheme: "https",
      login: { certificate: { id: "nifi.metrics-tls", usage: "client" } },
    });
    expect(JSON.stringify(plain.stacks["lab-processing"])).toContain(
      String.raw`\"metrics_login\": \"certificate\",\n        \"metrics_secret\": \"nifi.metrics-tls\"`,
    );
  });

  it("is left out on AWS, where nothing keeps its repositories", () => {
    const names = synthesiseNamed("prod").environment.components.map(({ name }) => name);
    expect(names).toContain("spark");
    expect(names).not.toContain("nifi");
  });
});
