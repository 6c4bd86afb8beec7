import { App } from "cdktf";
import { checkEnvironment, environmentNames, environmentOf, loadEnvironment } from "../../config/load";
import { defaultEnvironmentName } from "../../config/default-environment";
import { componentNames, hasComponent } from "../../config/components";
import { dev } from "../../config/environments/dev";
import { prod } from "../../config/environments/prod";
import { staging } from "../../config/environments/staging";
import { buildEnvironment } from "../../stacks/environment";
import { awsInput } from "../aws/support";

const base = { name: "lab", target: "docker" } as const;
const allOfMl = componentNames.filter((name) => hasComponent({ groups: ["ml"], components: { without: [] } }, name));
const correct = "Correct it in config/environments/lab.ts.";

/** What is said when something is refused. */
function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    expect((error as Error).name).toBe("ConfigurationError");
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

/** The message that a configuration gives, whether the schema or the components refuse it. */
function complaintOf(input: unknown): string {
  return refusal(() => buildEnvironment(new App(), checkEnvironment("lab", input)));
}

/** The message of the schema alone, for an environment on AWS. */
function awsComplaintOf(changes: object): string {
  return refusal(() => checkEnvironment("prod", { ...awsInput(), ...changes }));
}

describe("configuration", () => {
  it("accepts every environment of the repository", () => {
    expect(environmentNames()).toEqual(["dev", "staging", "prod"]);
    for (const name of environmentNames()) expect(loadEnvironment(name).name).toBe(name);
  });

  it.each<[string, object, string | RegExp]>([
    [
      "an unknown key",
      { ...base, prots: {} },
      "lab.prots: given {}; allowed: the keys airflow, alerts, bindAddress, components, dataDeletion, engine, groups, imageRegistry, jupyterhub, kafka, loki, monitoring, name, operatorHost, portOffset, ports, prefect, size, sizes, spark, target. There is no such key; correct its name in config/environments/lab.ts, or remove it.",
    ],
    [
      "an unknown nested key",
      { ...base, kafka: { broker: 3 } },
      "lab.kafka.broker: given 3; allowed: the key brokers. There is no such key; correct its name in config/environments/lab.ts, or remove it.",
    ],
    [
      "an unknown key of a size",
      { ...base, sizes: { minio: { memory: 1 } } },
      "lab.sizes.minio.memory: given 1; allowed: the keys cpus, memoryMiB, reservedCpus, reservedMemoryMiB. There is no such key; correct its name in config/environments/lab.ts, or remove it.",
    ],
    [
      "a wrong type",
      { ...base, portOffset: "20" },
      `lab.portOffset: given "20"; allowed: a whole number from 0 to 50000. ${correct}`,
    ],
    [
      "a value out of range",
      { ...base, portOffset: 70_000 },
      `lab.portOffset: given 70000; allowed: a whole number from 0 to 50000. ${correct}`,
    ],
    ["no number", { ...base, portOffset: NaN }, /^lab\.portOffset: given NaN; allowed: a whole number from 0 to/],
    [
      "an endless number",
      { ...base, sizes: { minio: { cpus: Infinity } } },
      `lab.sizes.minio.cpus: given Infinity; allowed: a number from 0.05 to 256. ${correct}`,
    ],
    ["two brokers", { ...base, kafka: { brokers: 2 } }, `lab.kafka.brokers: given 2; allowed: 1 or 3. ${correct}`],
    [
      "a scalar for an object",
      { ...base, kafka: 3 },
      `lab.kafka: given 3; allowed: an object with the key brokers. ${correct}`,
    ],
    [
      "an object of a class",
      { ...base, kafka: new Map([["brokers", 3]]) },
      `lab.kafka: given an object of the class Map; allowed: an object with the key brokers. ${correct}`,
    ],
    [
      "an unknown group",
      { ...base, groups: ["core", "ai"] },
      `lab.groups[1]: given "ai"; allowed: "core", "processing", "ml", "visualization" or "monitoring". ${correct}`,
    ],
    [
      "groups without core",
      { ...base, groups: ["ml"] },
      `lab.groups: given ["ml"]; allowed: a list of core, processing, ml, visualization, monitoring, each once, with core among them, because the others use it. ${correct}`,
    ],
    [
      "a key that is no component's name",
      { ...base, sizes: { "Mini O": { cpus: 1 } } },
      `lab.sizes["Mini O"]: given "Mini O"; allowed: as a key, the name of a component or service (lower-case letters, digits and dashes), for example minio. ${correct}`,
    ],
    [
      "control characters, which it escapes",
      { ...base, operatorHost: "lab\u001b[2J\u202e" },
      /^lab\.operatorHost: given "lab\\u001b\[2J\\u202e"; allowed: a host name/,
    ],
    [
      "an unknown component",
      { ...base, sizes: { mino: { cpus: 1 } } },
      /^lab\.sizes: given "mino"; allowed: airflow, .*alertmanager, .*, redis.* There is no such component or service; correct the name or remove the entry\.$/,
    ],
    [
      "an unknown endpoint",
      { ...base, ports: { "minio.s3": 9000 } },
      /^lab\.ports: given "minio\.s3"; allowed: .*minio\.api.* There is no such published endpoint/,
    ],
    [
      "too little memory",
      { ...base, sizes: { kafka: { memoryMiB: 100 } } },
      "lab.sizes.kafka.memoryMiB: given 100; allowed: 768 or more. kafka does not start with less; raise the value or remove it.",
    ],
    [
      "a reservation above the limit beside it",
      { ...base, sizes: { minio: { cpus: 1, reservedCpus: 2 } } },
      "lab.sizes.minio.reservedCpus: given 2; allowed: 1 or less, which is the limit (cpus) beside it. Lower reservedCpus or raise cpus.",
    ],
    [
      "a reservation above the component's own limit",
      { ...base, sizes: { kafka: { reservedMemoryMiB: 4096 } } },
      "lab.sizes.kafka.reservedMemoryMiB: given 4096; allowed: 1024 or less, which is the limit (memoryMiB) beside it. Lower reservedMemoryMiB or raise memoryMiB.",
    ],
    [
      "bounds of scaling that exclude the number to begin with",
      { ...base, spark: { workers: { count: 2, min: 3 } } },
      "lab.spark.workers.min: given 3; allowed: 2 or less, which is `count`. Lower min or raise count.",
    ],
    [
      "a port twice",
      { ...base, ports: { "minio.console": 9000 } },
      'lab.ports["minio.console"]: given 9000; allowed: a port that no other endpoint has (minio.api has this one). Give minio.console or minio.api another port.',
    ],
    [
      "a password in place of whether there is one, which it does not repeat",
      { ...base, airflow: { connections: { warehouse: { type: "http", password: "hunter2" } } } },
      `lab.airflow.connections.warehouse.password: given a value that is not shown, because it may be a secret; allowed: true, for a password in the secret airflow.connection-<name>-password, or false for none. ${correct}`,
    ],
    [
      "a webhook whose URL is that of Slack, of which it shows the host",
      {
        ...base,
        alerts: { receivers: [{ kind: "webhook", name: "ops", url: "https://hooks.slack.com/services/T/B/x" }] },
      },
      'lab.alerts.receivers[0].url: given "https://hooks.slack.com/…"; allowed: a URL that takes Alertmanager\'s own messages, which Slack does not. Set kind to "slack" with a channel, and put the URL into the secret alertmanager.ops-url.',
    ],
    [
      "more servers of users than any machine has memory for",
      { ...base, jupyterhub: { servers: { most: 500, memoryMiB: 4096 } } },
      "lab.jupyterhub.servers.most: given 500; allowed: 255 or less with 4096 MiB each, because all of them and the hub run on one machine, and may have 1048576 MiB together. Give each server less, or let fewer run at the same time.",
    ],
    [
      "an unknown bucket, in one line",
      { ...base, jupyterhub: { grants: { users: { platinum: "read" } } } },
      'lab.jupyterhub.grants.users.platinum: given "read"; allowed: the keys bronze, gold, silver. There is no such key; correct its name in config/environments/lab.ts, or remove it.',
    ],
    [
      "to switch off what others stand on",
      { ...base, components: { without: ["minio"] } },
      'lab.components.without[0]: given "minio"; allowed: components that no other one needs, and minio is needed by airflow, jupyterhub, loki, mlflow, prefect, spark. Keep minio, or switch off airflow, jupyterhub, loki, mlflow, prefect, spark as well.',
    ],
    [
      "to switch off all that a group has",
      { ...base, components: { without: allOfMl } },
      new RegExp(
        `^lab\\.components\\.without\\[0\\]: given "${allOfMl[0] ?? ""}"; allowed: components that leave something of their group, ` +
          `and the group ml has only ${allOfMl.join(", ")}\\. Take ml out of \`groups\` instead\\.`,
      ),
    ],
    [
      "to switch off what there is not",
      { ...base, components: { without: ["minoi"] } },
      /^lab\.components\.without\[0\]: given "minoi"; allowed: "airflow", "alertmanager", "alloy", .* or "streamlit"\. Correct it/,
    ],
  ])("refuses %s", (_what, input, message) => {
    expect(complaintOf(input)).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });

  it("accepts to switch off what nothing stands on, with what stands on it", () => {
    for (const without of [["redis"], ["kafka-ui"], ["kafka", "kafka-ui"]]) {
      expect(checkEnvironment("lab", { ...base, components: { without } }).components.without).toEqual(without);
    }
    const small = { ...base, groups: ["core", "processing"], components: { without: ["postgres"] } };
    expect(checkEnvironment("lab", small).groups).toEqual(["core", "processing"]);
  });

  it("accepts any servers of users where nobody has some", () => {
    const jupyterhub = { servers: { most: 500, memoryMiB: 4096 } };
    expect(checkEnvironment("lab", { ...base, groups: ["core"], jupyterhub }).jupyterhub).toMatchObject(jupyterhub);
  });

  it("lowers what a component reserves with a limit that is lower", () => {
    const input = { ...base, sizes: { "spark-master": { cpus: 0.1 } } };
    const { components } = buildEnvironment(new App(), checkEnvironment("lab", input));
    const master = components.flatMap(({ services }) => services).find(({ name }) => name === "spark-master");
    expect(master?.spec.resources).toMatchObject({ cpus: 0.1, reservedCpus: 0.1, memoryMiB: 1280 });
  });

  it("reports everything that is wrong at once, and nothing twice", () => {
    expect(complaintOf({ ...base, portOffset: -1.5, kafka: { brokers: 5 } }).split("\n")).toHaveLength(2);
    expect(complaintOf({ ...base, portOffset: 1e300 }).split("\n")).toHaveLength(1);
  });

  it("lists twenty findings and counts the others", () => {
    const wrong = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`key${index}`, index]));
    const lines = complaintOf({ ...base, ...wrong }).split("\n");
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("… 13 more");
  });

  it("asks for the target first", () => {
    expect(complaintOf({ name: "lab", target: "azure" })).toBe(
      `lab.target: given "azure"; allowed: "docker" or "aws". ${correct}`,
    );
    expect(complaintOf({ name: "lab" })).toBe(
      'lab.target: given nothing; allowed: "docker" or "aws". Add it in config/environments/lab.ts.',
    );
  });

  it("calls no getter", () => {
    const input = Object.defineProperty({ ...base }, "portOffset", {
      enumerable: true,
      get: () => {
        throw new Error("called");
      },
    });
    expect(complaintOf(input)).toBe(
      `lab.portOffset: given a function; allowed: a whole number from 0 to 50000. ${correct}`,
    );
  });

  it.each([undefined, null, 5, [], "docker", () => base])("refuses %p for an environment", (input) => {
    expect(complaintOf(input)).toMatch(
      /^lab: given .*; allowed: an object with the keys airflow, alerts, bindAddress, .* in config/,
    );
  });
});

describe("addresses", () => {
  it.each([
    "lab$(touch x)host",
    "lab;host",
    "lab host",
    "lab_host",
    "-lab",
    "lab-",
    "lab..host",
    "lab.",
    "https://lab",
    "lab:80",
    "::1",
    "[::1]",
    "fe80::1%eth0",
    "256.1.1.1",
    "1.2.3",
    "10.0.0.010",
    "0x7f.1",
    "0.0.0.0",
    "224.0.0.1",
    "",
    "a".repeat(64),
    `${"a.".repeat(127)}aa`,
    "läb",
    "lab\n",
  ])("are not %p for operatorHost", (operatorHost) => {
    expect(complaintOf({ ...base, operatorHost })).toMatch(/^lab\.operatorHost: given .*no IPv6, because ports/);
  });

  it.each(["localhost", "lab", "Lab-1.example.com", "10.1.2.3", "3com.example", "xn--bcher-kva.example"])(
    "may be %p for operatorHost",
    (operatorHost) => {
      expect(checkEnvironment("lab", { ...base, operatorHost })).toMatchObject({ operatorHost });
    },
  );

  it.each(["localhost", "::1", "10.0.0.256", "0.0.0.1", "255.255.255.255", "239.1.1.1", "127.0.0.1 ", "127.1"])(
    "are not %p for bindAddress",
    (bindAddress) => {
      expect(complaintOf({ ...base, bindAddress })).toMatch(/^lab\.bindAddress: given .*; allowed: an IPv4 address of/);
    },
  );

  it.each([
    "https://registry.example.com",
    "registry",
    "registry/mirror",
    "registry.example.com/",
    "registry.example.com/UP",
    "registry.example.com/a//b",
    "registry.example.com:0",
    "registry.example.com:65536",
    "registry.example.com:5000/a:tag",
    "registry.example.com/-a",
    "user@registry.example.com",
    "-.example.com",
    `registry.example.com/${"a".repeat(150)}`,
  ])("are not %p for imageRegistry", (imageRegistry) => {
    expect(complaintOf({ ...base, imageRegistry })).toMatch(
      /^lab\.imageRegistry: given .*; allowed: a registry's host/,
    );
  });

  it.each(["localhost", "mirror:5000", "registry.example.com/a/b__c.d-e", "10.0.0.1:5000/x"])(
    "may be %p for imageRegistry",
    (imageRegistry) => {
      expect(checkEnvironment("lab", { ...base, imageRegistry })).toMatchObject({ imageRegistry });
    },
  );
});

describe("an AWS environment", () => {
  it.each(["sg", "internal", "sthree", "default", "aws", "awslab", "ssm", "amazon", "amzn1"])(
    "is not called %p, because AWS keeps that for itself",
    (name) => {
      expect(refusal(() => checkEnvironment(name, { ...awsInput(), name }))).toMatch(
        new RegExp(`^${name}\\.name: given "${name}"; allowed: on AWS, no name that AWS reserves`),
      );
      expect(checkEnvironment(name, { name, target: "docker" }).name).toBe(name);
    },
  );

  it.each([
    "10.999.0.0/16",
    "10.256.0.0/16",
    "10.020.0.0/16",
    "10.20.1.0/16",
    "10.20.0.0/24",
    "192.168.0.0/16",
    "10.20",
  ])("has no VPC in %p", (vpcCidr) => {
    expect(awsComplaintOf({ vpcCidr })).toMatch(/^prod\.vpcCidr: given .*; allowed: 10\.x\.0\.0\/16 with x from 0/);
  });

  it.each<[unknown, string]>([
    [
      ["10.0.0.1/12"],
      'prod.operatorCidrs[0]: given "10.0.0.1/12"; allowed: an IPv4 range in CIDR notation (its first address, a slash, the length of its prefix), for example 192.0.2.0/24. Write 10.0.0.0/12.',
    ],
    [["192.0.2.1"], "for example 192.0.2.0/24. Correct it in"],
    [["192.0.2.0/33"], "for example 192.0.2.0/24. Correct it in"],
    [["2001:db8::/32"], "an IPv4 range in CIDR notation"],
    [
      ["192.0.2.0/24", "192.0.2.0/24"],
      'prod.operatorCidrs[1]: given "192.0.2.0/24"; allowed: each range once. Remove the second one.',
    ],
    [
      ["10.20.3.0/24"],
      'prod.operatorCidrs[0]: given "10.20.3.0/24"; allowed: ranges outside the VPC, which is 10.20.0.0/16: operators come from elsewhere. Name the operators\' own networks only, or move the VPC with vpcCidr.',
    ],
    [["10.0.0.0/8"], "ranges outside the VPC"],
    [["0.0.0.0/0"], "ranges outside the VPC"],
    [[], "a list of one or more IPv4 ranges"],
  ])("has no operators in %j", (operatorCidrs, message) => {
    expect(awsComplaintOf({ operatorCidrs })).toContain(message);
  });

  it.each([
    "ab",
    "Upper",
    "under_score",
    "a..b",
    "192.168.5.4",
    "-a-b",
    "a-b-",
    "xn--abc",
    "sthree-abc",
    "amzn-s3-demo-a",
    "a-s3alias",
    "a--ol-s3",
    "a--x-s3",
    "a".repeat(64),
  ])("keeps no state in a bucket %p", (bucket) => {
    expect(awsComplaintOf({ state: { kind: "s3", bucket } })).toMatch(/^prod\.state\.bucket: given .*an S3 bucket: 3/);
  });

  it.each([
    "example",
    "Example.com",
    "example.com.",
    "-a.example.com",
    "a_b.example.com",
    "10.0.0.1",
    "https://a.example.com",
    "*.example.com",
    "lab.s3",
  ])("has no domain %p", (domain) => {
    expect(awsComplaintOf({ domain })).toMatch(/^prod\.domain: given .*; allowed: a DNS zone in lower case/);
  });

  it.each<[object, string]>([
    [{ region: "eu-nowhere-1" }, 'prod.region: given "eu-nowhere-1"; allowed: an AWS region with three'],
    [{ region: "us-west-1" }, "us-west-1 has two"],
    [{ zones: 2 }, "prod.zones: given 2; allowed: the keys airflow, alerts, brokers, cache, "],
    [
      { database: { storageGiB: 16_385 } },
      "prod.database.storageGiB: given 16385; allowed: a whole number from 20 to 16384 (it grows to 4 times as much, and RDS ends at 65536)",
    ],
    [{ database: { instanceClass: "t4g.medium" } }, "an RDS instance class, for example db.t4g.medium"],
    [
      { brokers: { storageGiB: 16_385 } },
      "prod.brokers.storageGiB: given 16385; allowed: a whole number from 10 to 16384",
    ],
    [{ brokers: { instanceType: "kafka.t3.huge" } }, "an MSK broker type"],
    [{ cache: { nodeType: "cache.t1.micro" } }, "an ElastiCache node type"],
    [
      { sizes: { mlflow: { reservedCpus: 1 } } },
      "prod.sizes.mlflow.reservedCpus: given 1; allowed: the keys cpus, memoryMiB",
    ],
    [
      { sizes: { mlflow: { memoryMiB: 122_817 } } },
      "prod.sizes.mlflow.memoryMiB: given 122817; allowed: a whole number from 32 to 122816",
    ],
    [
      { spark: { workers: { cores: 17 } } },
      "prod.spark.workers.cores: given 17; allowed: on AWS, 16 or less, the most that Fargate runs. Give each worker less, and have more of them.",
    ],
    [
      { spark: { workers: { memoryMiB: 122_305 } } },
      "prod.spark.workers.memoryMiB: given 122305; allowed: on AWS, 122304 or less",
    ],
    [
      { jupyterhub: { servers: { most: 100, memoryMiB: 2048 } } },
      "prod.jupyterhub.servers.most: given 100; allowed: on AWS, 59 or less with 2048 MiB each, because all servers share one task of Fargate with the hub. Give each server less",
    ],
    [
      { jupyterhub: { servers: { most: 1, memoryMiB: 122_305 } } },
      "prod.jupyterhub.servers.memoryMiB: given 122305; allowed: on AWS, 122304 or less,",
    ],
    [
      { jupyterhub: { servers: { cpus: 15.5 } } },
      "prod.jupyterhub.servers.cpus: given 15.5; allowed: on AWS, 15 or less,",
    ],
    [
      { jupyterhub: { grants: { administrators: { gold: "read-write" }, users: { gold: "read" } } } },
      'prod.jupyterhub.grants.administrators: given {"gold":"read-write"}; allowed: on AWS, what grants.users says or nothing, because all servers run in one task, whose identity cannot tell administrators from users. Remove it, and grant users what everybody may do.',
    ],
    [
      { airflow: { connections: { wh: { type: "postgres", password: true } } } },
      "prod.airflow.connections.wh.password: given true; allowed: on AWS, false, because the password would be in Terraform's plan. Remove this connection here, and make it on Airflow's page.",
    ],
    [
      {
        alerts: {
          receivers: [
            { kind: "webhook", name: "a", url: "http://192.0.2.7/" },
            { kind: "webhook", name: "b" },
          ],
        },
      },
      'prod.alerts.receivers[1]: given {"kind":"webhook","name":"b"}; allowed: on AWS, receivers without a secret, because it would be in Terraform\'s plan. Use a webhook with its url, or e-mail without a user.',
    ],
    [{ state: { kind: "gcs" } }, 'prod.state.kind: given "gcs"; allowed: "s3" or "local"'],
    [
      { state: "s3" },
      'prod.state: given "s3"; allowed: an object with the keys bucket, kind, or an object with the key kind.',
    ],
    [{ state: { kind: "local", bucket: "abc" } }, 'prod.state.bucket: given "abc"; allowed: the key kind.'],
  ])("refuses %j", (changes, message) => {
    expect(awsComplaintOf(changes)).toContain(message);
  });
});

describe("names of environments", () => {
  it("names the environments there are when there is no such one", () => {
    expect(() => loadEnvironment("test")).toThrow(
      'environment (--env or DATALAB_ENV): given "test"; allowed: dev, staging, prod. Choose one of these, or add config/environments/<name>.ts and list it in config/environments/index.ts.',
    );
    expect(() => loadEnvironment("constructor")).toThrow('given "constructor"; allowed: dev, staging, prod.');
  });

  const copied = { dev, staging, test: { ...staging, dataDeletion: "allowed" } } as const;

  it("are their keys: a copied file with the name of another environment is refused", () => {
    expect(refusal(() => environmentOf(copied, "test"))).toBe(
      'test.name: given "staging"; allowed: "test", the key under which config/environments/index.ts lists it, so that no two environments have one name. Set name: "test" in config/environments/test.ts, or list it under the name that is meant.',
    );
  });

  it("belong to one environment: the other one does not act either while there are two", () => {
    expect(refusal(() => environmentOf(copied, "staging"))).toMatch(/^test\.name: given "staging"; allowed: "test"/);
    expect(environmentOf(copied, "dev").name).toBe("dev");
  });

  it("come with a domain that no other one on AWS has", () => {
    const shared = { dev, prod, next: { ...prod, name: "next" } } as const;
    expect(refusal(() => environmentOf(shared, "next"))).toBe(
      'next.domain: given "datalab.example.com"; allowed: a domain that no other environment has, and prod has this one; each makes a record for *.datalab.example.com. Set another one in config/environments/next.ts or in config/environments/prod.ts, for example next.datalab.example.com.',
    );
    expect(refusal(() => environmentOf(shared, "prod"))).toMatch(/^prod\.domain: given .* and next has this one/);
    expect(environmentOf(shared, "dev").name).toBe("dev");
    const apart = { ...shared, next: { ...shared.next, domain: "next.datalab.example.com" } } as const;
    expect(environmentOf(apart, "next").name).toBe("next");
  });

  it.each([
    [undefined, "dev"],
    ["", "dev"],
    ["staging", "staging"],
  ])("are %p in DATALAB_ENV, which means %s", (value, expected) => {
    const before = process.env["DATALAB_ENV"];
    try {
      if (value === undefined) delete process.env["DATALAB_ENV"];
      else process.env["DATALAB_ENV"] = value;
      expect(defaultEnvironmentName()).toBe(expected);
    } finally {
      if (before === undefined) delete process.env["DATALAB_ENV"];
      else process.env["DATALAB_ENV"] = before;
    }
  });
});
