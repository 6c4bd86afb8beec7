import { checkEnvironment } from "../../config/load";
import type { DockerConfig } from "../../config/schema";
import { Endpoint } from "../../constructs/core/reference";
import { goDuration } from "../../constructs/docker/durations";
import { PublishedPorts } from "../../constructs/docker/published-ports";

const owner = "app";

describe("goDuration", () => {
  it.each([
    [0, "0s"],
    [0.8, "800ms"],
    [5, "5s"],
    [1.9, "1.9s"],
    [60, "1m0s"],
    [60.8, "1m0.8s"],
    [90, "1m30s"],
    [3600, "1h0m0s"],
    [3725, "1h2m5s"],
  ])("writes %d seconds as Go does", (seconds, expected) => {
    expect(goDuration(seconds)).toBe(expected);
  });

  it.each([-1, 0.55])("refuses %d", (seconds) => {
    expect(() => goDuration(seconds)).toThrow("not seconds or tenths");
  });
});

describe("published ports", () => {
  const config = (changes: object): DockerConfig =>
    checkEnvironment("lab", { name: "lab", target: "docker", ...changes }) as DockerConfig;
  const endpoint = (name: string, operatorPort?: number): Endpoint =>
    new Endpoint(owner, name, { port: 1, scheme: "http", ...(operatorPort === undefined ? {} : { operatorPort }) });

  it("are those of the component, moved by the offset, or the environment's own", () => {
    const ports = new PublishedPorts(config({ portOffset: 1000, ports: { "app.b": 77 } }));
    expect(ports.claim(endpoint("a", 80))).toBe(1080);
    expect(ports.claim(endpoint("b", 80))).toBe(77);
    expect(ports.claim(endpoint("c"))).toBeUndefined();
  });

  it("end at 65535", () => {
    const ports = new PublishedPorts(config({ portOffset: 50_000 }));
    expect(() => ports.claim(endpoint("a", 18_080))).toThrow(
      'lab.ports["app.a"]: given 68080; allowed: 1 to 65535. Lower portOffset, or give the endpoint a port.',
    );
  });
});
