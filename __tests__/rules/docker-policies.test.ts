import { environmentNames, loadEnvironment } from "../../config/load";
import { synthesiseNamed } from "../support/synth";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly labels: { readonly label: string; readonly value: string }[];
  readonly memory?: number;
  readonly cpus?: string;
  readonly env?: string[];
  readonly command?: string[];
  readonly healthcheck?: object;
  readonly ports?: { readonly ip: string }[];
  readonly upload?: { readonly file: string; readonly source?: string; readonly content?: string }[];
  readonly privileged?: boolean;
  readonly security_opts: string[];
  readonly log_opts: Record<string, string>;
  readonly wait?: boolean;
  readonly volumes?: { readonly volume_name?: string; readonly host_path?: string }[];
}

const dockerEnvironments = environmentNames().filter((name) => loadEnvironment(name).target === "docker");

describe.each(dockerEnvironments)("policies of %s", (name) => {
  const { stacks, environment } = synthesiseNamed(name);
  const containers = Object.values(stacks).flatMap((stack) =>
    Object.values(stack.resource?.["docker_container"] ?? {}),
  ) as unknown as Container[];
  const services = containers.filter(({ labels }) =>
    labels.some(({ label, value }) => label === "datalab.kind" && value === "service"),
  );

  it("looks at containers", () => {
    expect(containers.length).toBeGreaterThan(services.length);
    expect(services.length).toBeGreaterThan(5);
  });

  it("limits every container", () => {
    for (const { name: container, memory, cpus, log_opts } of containers) {
      expect({ container, limited: (memory ?? 0) > 0 && Number(cpus) > 0 && "max-size" in log_opts }).toEqual({
        container,
        limited: true,
      });
    }
  });

  it("checks the health of every service and waits for it", () => {
    for (const { name: container, healthcheck, wait } of services) {
      expect({ container, checked: healthcheck !== undefined && wait === true }).toEqual({ container, checked: true });
    }
  });

  it("publishes on loopback only", () => {
    for (const { ports } of containers) for (const { ip } of ports ?? []) expect(ip).toBe("127.0.0.1");
  });

  it("gives no container more rights than it needs", () => {
    for (const container of containers) {
      expect(container.privileged).toBeUndefined();
      expect(container.security_opts).toContain("no-new-privileges:true");
      const paths = (container.volumes ?? []).flatMap(({ host_path }) => (host_path === undefined ? [] : [host_path]));
      // The names of containers, where an engine keeps them: it asked for `container-metrics`.
      expect(paths).toEqual(container.name.endsWith("-cadvisor") ? ["/var/lib/docker/image"] : []);
    }
  });

  it("pins every image to a tag that is not latest", () => {
    for (const { image } of containers) {
      expect(image).toMatch(/:[\w][\w.-]+$/);
      expect(image).not.toMatch(/:latest$/);
    }
  });

  it("brings secrets by file and never as text", () => {
    const suspicious = /(PASSWORD|SECRET|TOKEN|_KEY)=/i;
    for (const { name: container, env, command, upload } of containers) {
      expect({ container, env: (env ?? []).filter((line) => suspicious.test(line)) }).toEqual({ container, env: [] });
      expect({ container, command: (command ?? []).filter((word) => suspicious.test(word)) }).toEqual({
        container,
        command: [],
      });
      for (const { file, source, content } of (upload ?? []).filter(({ file: path }) =>
        path.startsWith("/run/secrets/"),
      )) {
        expect({ file, content, fromFile: source?.startsWith(`../../../.datalab/secrets/${name}/`) }).toEqual({
          file,
          content: undefined,
          fromFile: true,
        });
      }
    }
  });

  it("has an owner for every secret", () => {
    const names = environment.components.map((component) => component.name);
    for (const { owner } of environment.secrets.values()) expect(names).toContain(owner);
  });

  it("gives secrets names that are safe as names of files", () => {
    for (const id of environment.secrets.keys()) expect(id).toMatch(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9_-]*$/);
  });

  it("names no absolute path of a machine", () => {
    expect(JSON.stringify(stacks)).not.toContain(process.cwd());
    for (const [stack, { terraform }] of Object.entries(stacks)) {
      expect(terraform["backend"]).toEqual({ local: { path: `../../../.datalab/state/${stack}.tfstate` } });
    }
  });

  it("makes every component answer for its observability", () => {
    for (const { services: run } of environment.components) {
      for (const { spec } of run) {
        const { metrics, alerts } = spec.observability;
        if ("none" in metrics) expect(metrics.none.length).toBeGreaterThan(20);
        if ("none" in alerts) expect(alerts.none.length).toBeGreaterThan(20);
      }
    }
  });
});
