import { checkEnvironment } from "../../config/load";
import { isPlainObject, keyPath } from "../../constructs/core/shown";
import { type Draw, draws } from "../support/draws";

type Path = readonly (string | number)[];
type Settings = Readonly<Record<string, unknown>>;

const jupyterhub = {
  administrators: ["admin", "ada"],
  signUp: "closed",
  spawner: "process",
  servers: { cpus: 2, memoryMiB: 2048, most: 8 },
  idleMinutes: 30,
  grants: {
    administrators: { bronze: "read-write", silver: "read-write", gold: "read-write" },
    users: { bronze: "read", silver: "read", gold: "read" },
  },
};

const warehouse = {
  type: "postgres",
  host: "db.example.com",
  port: 5433,
  schema: "sales",
  login: "reader",
  password: true,
  extra: {},
};

const alerts = {
  receivers: [
    { kind: "webhook", name: "ops", severities: ["critical"], groups: ["core"], url: "http://192.0.2.7:8080/alerts" },
    { kind: "slack", name: "chat", severities: ["warning"], groups: ["monitoring"], channel: "#platform" },
    {
      kind: "email",
      name: "team",
      severities: ["critical"],
      groups: ["core"],
      to: ["team@example.com"],
      from: "datalab@example.com",
      server: "smtp.example.com:587",
      user: "datalab",
    },
  ],
};

/** Environments in which every setting is stated, with a value that is not its default where there is another. */
const complete: readonly Settings[] = [
  {
    name: "lab",
    target: "docker",
    groups: ["ml", "core", "monitoring"],
    components: { without: ["redis"] },
    kafka: { brokers: 3 },
    airflow: { connections: { warehouse }, parallelism: 8, pools: { lake: 1 }, triggerer: true },
    loki: { retentionDays: 30 },
    spark: { workers: { count: 4, min: 2, max: 8, cores: 2, memoryMiB: 2048 }, history: { retentionDays: 7 } },
    prefect: {
      workers: { count: 3, runs: 2 },
      runRetentionDays: 7,
      grants: { lake: "read", kafka: true, mlflow: true },
    },
    monitoring: { retentionDays: 30, retentionGiB: 20 },
    alerts,
    jupyterhub,
    size: "small",
    sizes: { minio: { cpus: 2, memoryMiB: 1024, reservedCpus: 0.5, reservedMemoryMiB: 512 } },
    dataDeletion: "allowed",
    imageRegistry: "registry.example.com:5000/mirror",
    bindAddress: "192.0.2.7",
    operatorHost: "lab.example.com",
    engine: { socket: "/var/run/docker.sock", dataRoot: "/var/lib/docker" },
    portOffset: 100,
    ports: { "minio.console": 9100 },
  },
  {
    name: "lab",
    target: "aws",
    groups: ["core", "processing", "ml", "monitoring"],
    components: { without: ["redis"] },
    kafka: { brokers: 3 },
    airflow: { connections: {}, parallelism: 8, pools: { lake: 1 }, triggerer: true },
    spark: { workers: { count: 4, min: 2, max: 8, cores: 2, memoryMiB: 2048 }, history: { retentionDays: 7 } },
    prefect: {
      workers: { count: 3, runs: 2 },
      runRetentionDays: 7,
      grants: { lake: "read", kafka: true, mlflow: true },
    },
    monitoring: { retentionDays: 30, retentionGiB: 20 },
    // Those that have no secret.
    alerts: { receivers: alerts.receivers.filter(({ kind }) => kind === "webhook") },
    // Sessions have one identity, so that administrators are granted what users are.
    jupyterhub: { ...jupyterhub, grants: { ...jupyterhub.grants, administrators: jupyterhub.grants.users } },
    size: "large",
    sizes: { mlflow: { cpus: 2, memoryMiB: 1024 } },
    dataDeletion: "allowed",
    imageRegistry: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mirror",
    region: "eu-west-1",
    vpcCidr: "10.30.0.0/16",
    domain: "lab.example.com",
    state: { kind: "s3", bucket: "lab-state" },
    operatorCidrs: ["192.0.2.0/24", "198.51.100.0/24"],
    database: { instanceClass: "db.r6g.2xlarge", storageGiB: 100, multiAz: false },
    cache: { nodeType: "cache.r7g.large" },
    brokers: { instanceType: "kafka.m7g.large", storageGiB: 200 },
    logRetentionDays: 90,
  },
];

/** Values that fit nowhere, with what a message shows of them. */
const misfits: readonly (readonly [unknown, string])[] = [
  [null, "null"],
  [NaN, "NaN"],
  [Infinity, "Infinity"],
  [-Infinity, "-Infinity"],
  [-0.5, "-0.5"],
  [10n, "10n"],
  [Symbol("s"), "a symbol"],
  [() => "dev", "a function"],
  [new Map([["a", 1]]), "an object of the class Map"],
  [new Date(0), "an object of the class Date"],
  [/x/, "an object of the class RegExp"],
  ["", '""'],
  ["\u0000\u001b[31mred\u202e", '"\\u0000\\u001b[31mred\\u202e"'],
  ["two\nlines", '"two\\nlines"'],
  ["${TfToken[x", '"${TfToken[x"'],
  ["$(touch x)", '"$(touch x)"'],
  ["'; drop", '"\'; drop"'],
];

/** Values that one setting refuses and another one of the same type takes. */
const outOfRange: Readonly<Record<string, readonly unknown[]>> = {
  name: ["Lab", "l", "1ab", "a-b", "averyveryverylongname", "lab2", "läb"],
  groups: [[], ["ml"], ["core", "core"], "core", {}],
  "components.without": [["redis", "redis"], "redis", {}],
  "spark.workers.count": [0, 65, 1.5, "3"],
  "spark.workers.min": [0, 5, 65],
  "spark.workers.max": [3, 65, 0],
  "spark.workers.cores": [0, 65, 0.5],
  "spark.workers.memoryMiB": [511, 1_048_577, 768.5],
  "loki.retentionDays": [0, 3651, 1.5, "7"],
  "monitoring.retentionDays": [0, 3651, 1.5, "15"],
  "monitoring.retentionGiB": [0, 65_537, 0.5],
  "alerts.receivers[0].kind": ["pigeon", "Slack", 3],
  "alerts.receivers[0].name": ["On call", "", "1a"],
  "alerts.receivers[0].severities": [[], "critical"],
  "alerts.receivers[0].url": ["ftp://192.0.2.7/", "192.0.2.7:80", "http://a b/"],
  "alerts.receivers[1].channel": ["platform", "# a b"],
  "alerts.receivers[2].to": [[], "team@example.com"],
  "alerts.receivers[2].from": ["team", "a b@example.com"],
  "alerts.receivers[2].server": ["smtp.example.com", "smtp.example.com:smtp"],
  "airflow.connections.warehouse.type": ["postgresql", "Postgres"],
  "airflow.connections.warehouse.host": ["db.example.com:5432", "postgres://db.example.com", "db example"],
  "airflow.connections.warehouse.password": ["hunter2", 1],
  "airflow.connections.warehouse.extra": ["sslmode=require", []],
  "airflow.parallelism": [0, 65, 1.5, "4"],
  "airflow.pools.lake": [-1, 10_001, 0.5, "4"],
  "airflow.triggerer": ["true", 1],
  "jupyterhub.administrators": [[], ["ada", "ada"], "ada"],
  "jupyterhub.administrators[0]": ["Ada", "1a", "a b"],
  "jupyterhub.signUp": ["open", true],
  "jupyterhub.spawner": ["docker", true],
  "jupyterhub.servers.cpus": [0, 65, "1"],
  "jupyterhub.servers.memoryMiB": [511, 1024.5, 262_145],
  "jupyterhub.servers.most": [0, 501, 1.5],
  "jupyterhub.idleMinutes": [0, 10_081, 0.5],
  "jupyterhub.grants.users": [{}, "read"],
  "jupyterhub.grants.users.gold": ["write", true],
  "kafka.brokers": [0, 2, 4, "3", true],
  size: ["Small", "tiny", "", 2, true],
  dataDeletion: ["Allowed", "yes", true],
  imageRegistry: ["https://registry.example.com", "mirror", "registry.example.com:99999", "a.b/C"],
  "engine.socket": ["var/run/docker.sock", "/var/run/../docker.sock", "/a b", "/", "tcp://host:2375"],
  "engine.dataRoot": ["docker", "/var/lib/$(id)", "/var//lib", ""],
  bindAddress: ["localhost", "300.1.1.1", "::", "224.0.0.5", "1.2.3", "01.2.3.4"],
  operatorHost: ["lab host", "lab_host", "-lab", "::1", "1.2.3.400", "lab.", "http://lab"],
  portOffset: [-1, 50_001, 1.5, "100"],
  region: ["Frankfurt", "eu-central", "us-west-1", "xx-east-1"],
  vpcCidr: ["10.999.0.0/16", "10.1.2.0/16", "10.0.0.0/8", "10.1.0.0", "172.16.0.0/16"],
  domain: ["example", "Lab.example.com", "lab.example.com.", "-lab.example.com", "1.2.3.4", "a..b"],
  "state.kind": ["s4", "S3", 3],
  "state.bucket": ["ab", "Lab", "a..b", "1.2.3.4", "xn--lab", "lab-s3alias", "a_b"],
  operatorCidrs: [[], "192.0.2.0/24", {}],
  "operatorCidrs[1]": ["192.0.2.0/24", "10.30.1.0/24", "10.0.0.0/8", "198.51.100.1/24", "198.51.100.0/33", "0.0.0.0/0"],
  "database.instanceClass": ["medium", "db.t4g", "cache.t4g.small", "db.t4g.huge"],
  "database.storageGiB": [19, 16_385, 65_536, 50.5],
  "database.multiAz": ["true", 1],
  "cache.nodeType": ["small", "db.t4g.small", "cache.t1.micro"],
  "brokers.instanceType": ["large", "kafka.m5", "db.m5.large"],
  "brokers.storageGiB": [9, 16_385],
  logRetentionDays: [0, 2, 31, "30"],
};

/** Everything that a configuration can be in another way, by path. */
const valid: Readonly<Record<string, readonly unknown[]>> = {
  groups: [
    ["core", "monitoring"],
    ["core", "processing", "ml", "monitoring"],
  ],
  "components.without": [[], ["redis", "kafka-ui"]],
  "airflow.pools": [{}, { lake: 0, "raw.files-1": 4 }],
  "airflow.connections": [{}, { warehouse: { type: "postgres", extra: { sslmode: "require" } } }],
  "spark.workers.count": [2, 4, 8],
  "spark.workers.cores": [1, 16],
  "spark.workers.memoryMiB": [600, 65_536],
  "loki.retentionDays": [1, 3650],
  size: ["medium"],
  dataDeletion: ["forbidden"],
  imageRegistry: ["localhost:5000", "ghcr.io/acme"],
  "engine.socket": ["/run/user/1000/docker.sock"],
  "engine.dataRoot": ["/data/docker"],
  bindAddress: ["0.0.0.0", "127.0.0.1", "10.1.2.3"],
  operatorHost: ["localhost", "10.1.2.3", "a-b.c"],
  portOffset: [0, 50_000],
  ports: [{}, { "kafka.broker-2": 1 }],
  region: ["us-gov-west-1", "ap-southeast-2", "cn-north-1"],
  vpcCidr: ["10.0.0.0/16", "10.255.0.0/16"],
  domain: ["a.io", "xn--bcher-kva.example"],
  state: [{ kind: "local" }, { kind: "s3", bucket: "a.b-c" }],
  operatorCidrs: [["203.0.113.7/32"], ["172.16.0.0/12", "192.168.0.0/16"]],
  "database.storageGiB": [20, 16_384],
  "brokers.storageGiB": [10, 16_384],
  logRetentionDays: [1, 365],
};

/** Paths of all settings, objects included, the top left out. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((entry, index) => [index, entry] as const)
    : isPlainObject(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, entry]) => [[...path, key], ...pathsOf(entry, [...path, key])]);
}

/** A copy with another value at a path. */
function changed(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((entry: unknown, index) => (index === key ? changed(entry, rest, replacement) : entry));
  }
  const object = value as Settings;
  return { ...object, [key]: changed(object[key], rest, replacement) };
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, key) => (inside as Record<string | number, unknown>)[key], value);
}

/** A wrong configuration, with what its message has to name. */
interface Wrong {
  readonly input: unknown;
  readonly key: string;
  readonly shown: string;
}

/** What a message shows of a value at a path: nothing of what may be a secret. */
function shownAt(path: Path, value: unknown, shown: string): string {
  const isSecret = path.at(-1) === "password" && value !== null && typeof value !== "boolean";
  return isSecret ? "a value that is not shown, because it may be a secret" : shown;
}

/** Something that fits nowhere, in place of the setting at a path. */
function misfit(draw: Draw, settings: Settings, path: Path): Wrong {
  const [value, shown] = draw.one(misfits);
  return { input: changed(settings, path, value), key: keyOf(path), shown: shownAt(path, value, shown) };
}

const generators: readonly ((draw: Draw) => Wrong)[] = [
  (draw) => {
    const settings = draw.one(complete);
    return misfit(draw, settings, draw.one(pathsOf(settings)));
  },
  // The wrong kind of container.
  (draw) => {
    const settings = draw.one(complete);
    const path = draw.one(pathsOf(settings));
    const now = at(settings, path);
    const [value, shown] = isPlainObject(now)
      ? draw.one([
          [[], "[]"],
          [["a"], '["a"]'],
        ])
      : [{ a: 1 }, '{"a":1}'];
    return { input: changed(settings, path, value), key: keyOf(path), shown: shownAt(path, value, shown) };
  },
  // A value out of the range of one setting.
  (draw) => {
    const settings = draw.one(complete);
    const path = draw.one(pathsOf(settings).filter((candidate) => short(candidate) in outOfRange));
    const value = draw.one(outOfRange[short(path)] ?? []);
    const shown = shownAt(path, value, JSON.stringify(value));
    return { input: changed(settings, path, value), key: keyOf(path), shown };
  },
  // A key that does not exist, in any object.
  (draw) => {
    const settings = draw.one(complete);
    const path = draw.one(objectsOf(settings));
    const unknown = draw.one(["tpyo", "a b", "x\u001b[0m", "constructor", "Ports", "0", "toString"]);
    const value = draw.one([1, "text", true]);
    const input = changed(settings, [...path, unknown], value);
    return { input, key: keyOf([...path, unknown]), shown: JSON.stringify(value) };
  },
  // A key that does not look like one.
  (draw) => {
    const settings = draw.one(complete);
    const [record, value] = draw.one([
      ["sizes", { cpus: 1 }],
      ["ports", 9000],
    ] as const);
    if (!(record in settings)) return misfit(draw, settings, [record]);
    const key = draw.one([
      "Minio",
      "min io",
      "",
      "1a",
      "minio\n",
      ...(record === "sizes" ? ["a.b"] : ["minio", "a.b.c"]),
    ]);
    return { input: changed(settings, [record, key], value), key: keyOf([record, key]), shown: JSON.stringify(key) };
  },
  // A required setting that is missing.
  (draw) => {
    const settings = draw.one(complete);
    const required = settings["target"] === "docker" ? [] : ["region", "domain", "state", "operatorCidrs"];
    const key = draw.one(["name", "target", ...required]);
    return { input: changed(settings, [key], undefined), key: keyOf([key]), shown: "nothing" };
  },
  // Settings that are right by themselves and wrong together.
  (draw) => {
    const [docker, aws] = complete;
    const reserved = draw.whole(33, 4096);
    const cores = draw.whole(17, 64);
    const workers = { count: draw.whole(2, 60) };
    return draw.one<Wrong>([
      {
        input: { ...docker, sizes: { minio: { memoryMiB: reserved - 1, reservedMemoryMiB: reserved } } },
        key: "lab.sizes.minio.reservedMemoryMiB",
        shown: String(reserved),
      },
      {
        input: { ...docker, sizes: { kafka: { cpus: reserved / 100, reservedCpus: reserved / 50 } } },
        key: "lab.sizes.kafka.reservedCpus",
        shown: String(reserved / 50),
      },
      {
        input: { ...docker, spark: { workers: { ...workers, min: workers.count + 1 } } },
        key: "lab.spark.workers.min",
        shown: String(workers.count + 1),
      },
      {
        input: { ...docker, spark: { workers: { ...workers, max: workers.count - 1 } } },
        key: "lab.spark.workers.max",
        shown: String(workers.count - 1),
      },
      { input: { ...aws, spark: { workers: { cores } } }, key: "lab.spark.workers.cores", shown: String(cores) },
      { input: { ...aws, zones: 2 }, key: "lab.zones", shown: "2" },
      {
        input: { ...aws, vpcCidr: "10.40.0.0/16", operatorCidrs: ["10.40.9.0/24"] },
        key: "lab.operatorCidrs[0]",
        shown: '"10.40.9.0/24"',
      },
      { input: { ...docker, groups: ["core", "ai"] }, key: "lab.groups[1]", shown: '"ai"' },
      {
        input: { ...docker, components: { without: ["redis", "nothing"] } },
        key: "lab.components.without[1]",
        shown: '"nothing"',
      },
      { input: { ...docker, components: { without: ["kafka"] } }, key: "lab.components.without[0]", shown: '"kafka"' },
      { input: { ...docker, region: "eu-central-1" }, key: "lab.region", shown: '"eu-central-1"' },
      { input: { ...aws, bindAddress: "127.0.0.1" }, key: "lab.bindAddress", shown: '"127.0.0.1"' },
    ]);
  },
];

function keyOf(path: Path): string {
  return keyPath("lab", path);
}

/** A path as the tables above have it. */
function short(path: Path): string {
  return keyOf(path).slice("lab.".length);
}

/** Paths of the objects with keys of their own, the top among them; in records, keys are names. */
function objectsOf(settings: Settings): Path[] {
  return [[], ...pathsOf(settings)].filter(
    (path) =>
      isPlainObject(at(settings, path)) &&
      !["sizes", "ports", "airflow.pools", "airflow.connections", "airflow.connections.warehouse.extra"].includes(
        path.join("."),
      ),
  );
}

function messageOf(input: unknown): string {
  try {
    checkEnvironment("lab", input);
  } catch (error) {
    if ((error as Error).name === "ConfigurationError") return (error as Error).message;
    throw error;
  }
  return "accepted";
}

/** What a message lacks of what it has to tell; an empty list when it lacks nothing. */
function lackingIn(message: string, { key, shown }: Wrong): string[] {
  const line = message.split("\n").find((one) => one.startsWith(`${key}: given `));
  if (line === undefined) return [`a line about ${key}`];
  const told = /^: given (.*); allowed: (.+)\. ([A-Z].+)\.$/.exec(line.slice(key.length));
  if (!told) return ["the form of a message"];
  const [, given, allowed = "", remedy = ""] = told;
  return [
    ...(given === shown ? [] : [`the value ${shown}`]),
    ...(/\S/.test(allowed) && !/Invalid|expected|undefined/.test(allowed) ? [] : ["what is allowed"]),
    ...(/^(Correct|Add|There is no such key|Lower|Raise|Write|Remove|Name|Keep|Give|Set)\b/.test(remedy)
      ? []
      : ["what to do"]),

    ...(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(line) ? ["escaping"] : []),
  ];
}

describe("a thousand wrong configurations", () => {
  const draw = draws(20_261_121);
  const everywhere = complete.flatMap((settings) => pathsOf(settings).map((path) => misfit(draw, settings, path)));
  const drawn = Array.from({ length: 1000 - everywhere.length }, (_, index) => {
    const generate = generators[index % generators.length];
    if (!generate) throw new Error("there is no generator");
    return generate(draw);
  });
  const all = [...everywhere, ...drawn].map((wrong) => ({ ...wrong, message: messageOf(wrong.input) }));

  it("are refused, each with environment, key, value, what is allowed and what to do", () => {
    const failures = all.flatMap((wrong) => {
      const lacking = lackingIn(wrong.message, wrong);
      return lacking.length === 0 ? [] : [{ key: wrong.key, message: wrong.message, lacking }];
    });
    expect({ tried: all.length, failures }).toEqual({ tried: 1000, failures: [] });
  });

  it("are about few things at a time: nothing is said twice", () => {
    for (const { message } of all) {
      const keys = message.split("\n").map((line) => line.split(": given ")[0]);
      expect(keys).toEqual([...new Set(keys)]);
    }
  });

  it("touch every setting that the schema knows", () => {
    for (const settings of complete) {
      for (const path of objectsOf(settings)) {
        const message = messageOf(changed(settings, [...path, "tpyo"], 1));
        const known = /allowed: the keys? (.*)\. There is/.exec(message)?.[1];
        expect({ path, known }).toEqual({
          path,
          known: Object.keys(at(settings, path) as Settings)
            .toSorted()
            .join(", "),
        });
      }
    }
  });
});

describe("valid configurations", () => {
  it("are accepted as they are, and with other values for any of their settings", () => {
    const draw = draws(7);
    for (const settings of complete) {
      expect(messageOf(settings)).toBe("accepted");
      const paths = pathsOf(settings).filter((path) => short(path) in valid);
      expect(paths.length).toBeGreaterThan(10);
      for (let round = 0; round < 100; round++) {
        const other = [draw.one(paths), draw.one(paths)]
          // Inside a list or object that the other one replaces there may be nothing to change.
          .filter((path, index, both) => index === 0 || path[0] !== both[0]?.[0])
          .reduce<unknown>((value, path) => changed(value, path, draw.one(valid[short(path)] ?? [])), settings);
        expect({ other, message: messageOf(other) }).toEqual({ other, message: "accepted" });
      }
    }
  });
});

describe("paths", () => {
  it("are written as in TypeScript, with names of components as they are", () => {
    expect(keyOf(["sizes", "kafka-ui", "cpus"])).toBe("lab.sizes.kafka-ui.cpus");
    expect(keyOf(["ports", "minio.console"])).toBe('lab.ports["minio.console"]');
    expect(keyOf(["groups", 1])).toBe("lab.groups[1]");
    expect(keyOf(["a\u001b"])).toBe('lab["a\\u001b"]');
  });
});
