/**
 * Layers, each standing on those before it. A component's configuration lies beside the component and belongs to the
 * layer of the configuration. The basics are words and messages that the configuration uses too.
 */
const layers = {
  basics: "^constructs/core/(errors|image|shown)\\.ts$",
  config: "^config/|\\.config\\.ts$",
  core: "^constructs/core/(?!(errors|image|shown)\\.ts$)",
  components: "^constructs/components/",
  targets: "^constructs/(docker|aws)/",
  stacks: "^stacks/",
  cli: "^cli/",
};
const order = Object.keys(layers);

/** A layer may import itself and those before it. */
const upwards = order.slice(0, -1).map((name, index) => ({
  name: `${name}-knows-no-later-layer`,
  comment: `Layers: ${order.join(" <- ")}. Move what both need to the earlier one.`,
  severity: "error",
  from: { path: layers[name], ...(name === "config" ? {} : { pathNot: layers.config }) },
  to: {
    path: order.slice(index + 1).map((later) => layers[later]),
    ...(name === "basics" ? {} : { pathNot: layers.config }),
  },
}));

module.exports = {
  forbidden: [
    ...upwards,
    {
      name: "targets-do-not-know-each-other",
      comment: "What both need belongs to constructs/core.",
      severity: "error",
      from: { path: "^constructs/(docker|aws)/" },
      to: { path: "^constructs/(docker|aws)/", pathNot: ["^constructs/$1/", layers.config] },
    },
    {
      name: "configuration-of-a-part-loads-fields-only",
      comment: "The schema is read by every command, so what it loads has to be small.",
      severity: "error",
      from: { path: "\\.config\\.ts$" },
      to: {
        pathNot: [
          "^config/(addresses|components|fields|lake-buckets)\\.ts$",
          "\\.config\\.ts$",
          "(^|/)node_modules/zod/",
        ],
      },
    },
    {
      name: "each-target-has-its-own-provider",
      severity: "error",
      from: { path: "^constructs/(docker|aws)/" },
      to: { path: "node_modules/@cdktf/provider-", pathNot: "node_modules/@cdktf/provider-$1/" },
    },
    {
      name: "no-circle-at-run-time",
      comment: "One of them sees the other half loaded. What is loaded when it is called does not.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only", "dynamic-import"] } },
    },
    {
      name: "no-circle-in-core",
      comment: "Types count too: a reader of one file should not need all.",
      severity: "error",
      from: { path: "^constructs/core/" },
      to: { circular: true },
    },
    {
      name: "nothing-in-production-imports-tests",
      severity: "error",
      from: { path: "^(config|constructs|stacks|cli|main\\.ts)" },
      to: { path: "^(__tests__|bench|mutations)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
