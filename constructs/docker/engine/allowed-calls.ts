import type { EngineMode } from "../../core/host-access";

/** Calls of the engine's API that the proxy lets pass. */
interface Calls {
  readonly methods: string;
  /** Extended regular expressions of paths, without the version in front. */
  readonly paths: readonly string[];
}

/** A name or id; it holds neither a slash nor a percent sign, so that no path can be written in another way. */
const id = "[A-Za-z0-9][A-Za-z0-9_.-]*";
const imageId = "[A-Za-z0-9][A-Za-z0-9_.:@-]*(/[A-Za-z0-9][A-Za-z0-9_.:@-]*)*";

/**
 * What is there, what it does and what it writes. Without `/archive` and `/export`, which hand out every file of a
 * container, secrets included, and without `/top`: `ps_args=e` shows the variables of the processes, among which a
 * start script puts the secrets.
 */
const reading: Calls = {
  methods: "GET HEAD",
  paths: [
    "/_ping",
    "/version",
    "/info",
    "/events",
    "/containers/json",
    `/containers/${id}/(json|logs|stats)`,
    "/networks",
    `/networks/${id}`,
  ],
};

/** What it takes to run containers; without `/exec` and `/attach`, which would reach into those of others. */
const spawning: readonly Calls[] = [
  { methods: "GET HEAD", paths: [`/images/${imageId}/json`, `/volumes/${id}`] },
  {
    methods: "POST",
    paths: ["/containers/create", `/containers/${id}/(start|stop|kill|restart|wait)`, "/volumes/create"],
  },
  { methods: "DELETE", paths: [`/containers/${id}`] },
];

const callsOf: Readonly<Record<EngineMode, readonly Calls[]>> = {
  read: [reading],
  spawn: [reading, ...spawning],
};

/**
 * The configuration of HAProxy for one way into the engine. The image's own knows whole path prefixes only:
 * with `CONTAINERS=1` it also lets pass the files of every container.
 *
 * @param port on which it listens
 * @param socket path of the engine's socket in the container
 */
export function proxyConfiguration(mode: EngineMode, port: number, socket: string): string {
  const rules = callsOf[mode].flatMap(({ methods, paths }) =>
    paths.map((path) => `  http-request allow if { method ${methods} } { path_reg ^(/v1[.][0-9]+)?${path}$ }`),
  );
  return [
    "global",
    "  log stdout format raw local0",
    "  maxconn 256",
    "defaults",
    "  mode http",
    "  log global",
    "  option httplog",
    "  option dontlog-normal",
    "  timeout connect 5s",
    "  timeout http-request 10s",
    "  # Streams of events and logs may be silent for long; their readers connect again.",
    "  timeout client 1h",
    "  timeout server 1h",
    "frontend engine",
    `  bind :${port}`,
    "  http-request set-var(txn.from) src",
    "  # No call of the engine that is let pass needs another protocol.",
    "  http-request del-header Upgrade",
    "  http-request allow if { src 127.0.0.1 } { method GET HEAD } { path /_ping }",
    "  # What runs on the machine itself reaches the bridge of every network, and comes from its gateway.",
    "  http-request deny deny_status 403 if { var(txn.from),ipmask(32) -m reg [.]1$ }",
    ...rules,
    "  http-request deny deny_status 403",
    "  default_backend engine",
    "backend engine",
    `  server engine unix@${socket}`,
    "",
  ].join("\n");
}
