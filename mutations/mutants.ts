/** One mistake that somebody could make, and the tests that must notice it. */
export interface Mutant {
  readonly id: string;
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly search: string;
  readonly replacement: string;
  /** Test files of which at least one must turn red, by an assertion of its own and not by a golden file. */
  readonly tests: readonly string[];
}

const cli = (name: string): string => `__tests__/cli/${name}.test.ts`;

/**
 * Mistakes that the suite did not notice once, or only by a golden file. Whoever edits one of these places moves the
 * mutant with it: text that is not found fails the run.
 */
export const mutants: readonly Mutant[] = [
  {
    id: "fingerprint: always unchanged",
    file: "cli/up/fingerprint.ts",
    search: `return existsSync(file) && readFileSync(file, "utf8") === prints[index];`,
    replacement: "return true;",
    tests: [cli("fingerprint")],
  },
  {
    id: "fingerprint: ignores secrets",
    file: "cli/up/fingerprint.ts",
    search: "...this.secretFiles(),",
    replacement: "",
    tests: [cli("fingerprint")],
  },
  {
    id: "fingerprint: remembered after a change",
    file: "cli/up/up-docker.ts",
    search: "if (plan?.needed !== false || plan.errors.length > 0) continue;",
    replacement:
      "await fingerprints.remember(stack, reality); if (plan?.needed !== false || plan.errors.length > 0) continue;",
    tests: [cli("fingerprint")],
  },
  {
    id: "up: failed plan ignored",
    file: "cli/up/deploy.ts",
    search: "failures.push({ stack: stack.id, errors: plan.errors });",
    replacement: "",
    tests: [cli("deployment")],
  },
  {
    id: "up: failed apply ignored",
    file: "cli/up/deploy.ts",
    search: "if (!result.ok) failures.push({ stack: stack.id, errors: result.errors });",
    replacement: "",
    tests: [cli("deployment")],
  },
  {
    id: "up: plan with changes taken as empty",
    file: "cli/terraform/stack.ts",
    search: "needed: exitCode === 2",
    replacement: "needed: false",
    tests: [cli("deployment")],
  },
  {
    id: "up: preflight ignored",
    file: "cli/up/up-docker.ts",
    search: "refuseProblems(environment.name, findings, skipCapacity);",
    replacement: "",
    tests: [cli("deployment")],
  },
  {
    id: "up: foreign environment ignored",
    file: "cli/up/up-docker.ts",
    search: "else refuseForeignUse(environment, reality);",
    replacement: "",
    tests: [cli("deployment")],
  },
  {
    id: "up: unhealthy result ignored",
    file: "cli/up/up-docker.ts",
    search: "if (failures.length === 0 && unhealthy.length === 0) return;",
    replacement: "if (failures.length === 0) return;",
    tests: [cli("deployment")],
  },
  {
    id: "waiting: health never complained of",
    file: "cli/engine/wait.ts",
    search: "if (hopeful.length === 0) return waiting.map(({ described }) => described);",
    replacement: "if (hopeful.length === 0) return [];",
    tests: [cli("deployment"), cli("lifecycle")],
  },
  {
    id: "health: never complained of",
    file: "cli/commands/health.ts",
    search: "return allHealthy ? 0 : 1;",
    replacement: "return 0;",
    tests: [cli("lifecycle")],
  },
  {
    id: "start: goes on behind what is not healthy",
    file: "cli/engine/lifecycle.ts",
    search: "if (failed.length > 0) return failed;",
    replacement: "",
    tests: [cli("lifecycle")],
  },
  {
    id: "stop: in the order of start",
    file: "cli/engine/lifecycle.ts",
    search: "startLevels(environment, containers).reverse()",
    replacement: "startLevels(environment, containers)",
    tests: [cli("lifecycle")],
  },
  {
    id: "destroy: takes foreign volumes",
    file: "cli/up/foreign.ts",
    search: "if (foreign.length > 0) {",
    replacement: "if (foreign.length > 1000) {",
    tests: [cli("down")],
  },
  {
    id: "destroy: takes data behind a foreign network",
    file: "cli/up/foreign.ts",
    search: "if (reality.networkId === undefined || knownIds(reality).has(reality.networkId)) return;",
    replacement: "return;",
    tests: [cli("down")],
  },
  {
    id: "down: in the order of up",
    file: "cli/up/down.ts",
    search: "inOrder(reversed(holding),",
    replacement: "inOrder(holding,",
    tests: [cli("down")],
  },
  {
    id: "rotation: skips the change in the data",
    file: "cli/secrets/rotate.ts",
    search: "if (secret.changeInData !== undefined) {",
    replacement: "if (secret.changeInData === null) {",
    tests: [cli("rotation")],
  },
  {
    id: "rotation: leaves the old file",
    file: "cli/secrets/rotate.ts",
    search: "renameSync(next, file);",
    replacement: "",
    tests: [cli("rotation")],
  },
  {
    id: "lock: not released",
    file: "cli/up/lock.ts",
    search: "rmSync(this.file, { force: true });",
    replacement: "",
    tests: [cli("lock")],
  },
  {
    id: "interrupt: not passed on",
    file: "cli/terraform/program.ts",
    search: `for (const pid of this.running) process.kill(pid, "SIGINT");`,
    replacement: "",
    tests: [cli("lock")],
  },
  {
    id: "interrupt: passed on twice",
    file: "cli/terraform/program.ts",
    search: "if (this.interrupted) return;",
    replacement: "",
    tests: [cli("lock")],
  },
  {
    id: "up on AWS: failed plan ignored",
    file: "cli/up/up-aws.ts",
    search: "if (plan.errors.length > 0) failures.push({ stack: id, errors: plan.errors });",
    replacement: "",
    tests: [cli("stacks")],
  },
  {
    id: "up on AWS: goes on after a failed plan",
    file: "cli/up/up-aws.ts",
    search: "return plan.errors.length === 0;",
    replacement: "return true;",
    tests: [cli("stacks")],
  },
  {
    id: "credentials: --show shows nothing",
    file: "cli/commands/credentials.ts",
    search: `const show = options["show"] === true || args.length > 0;`,
    replacement: "const show = args.length > 0;",
    tests: [cli("credentials")],
  },
  {
    id: "secrets: those of health checks are not delivered",
    file: "constructs/core/uses.ts",
    search: `...("shell" in spec.health ? [spec.health.shell] : []),`,
    replacement: "",
    tests: ["__tests__/docker/delivery.test.ts"],
  },
  {
    id: "secrets: another one's file is delivered",
    file: "constructs/docker/secrets.ts",
    search: "const source = `${topFromStack}/${secretsFolder(environment)}/${secret.id}`;",
    replacement: "const source = `${topFromStack}/${secretsFolder(environment)}/${secret.owner}.second`;",
    tests: ["__tests__/docker/delivery.test.ts"],
  },
  {
    id: "steps: not waited for",
    file: "constructs/docker/docker-runtime.ts",
    search: "const after = unit.after.flatMap((id) => made.get(id) ?? []);",
    replacement:
      'const after = unit.after.filter((id) => !id.startsWith("init-")).flatMap((id) => made.get(id) ?? []);',
    tests: ["__tests__/docker/delivery.test.ts"],
  },
  {
    id: "steps: exit code unchecked",
    file: "constructs/docker/step-container.ts",
    search: 'condition: "${self.exit_code == 0}",',
    replacement: 'condition: "${true}",',
    tests: ["__tests__/docker/delivery.test.ts"],
  },
  {
    id: "settings label: constant",
    file: "constructs/docker/container.ts",
    search: "hashOf([config.healthcheck ?? null, config.init ?? false, config.tmpfs ?? null])",
    replacement: '"0123456789ab"',
    tests: ["__tests__/docker/delivery.test.ts"],
  },
  {
    id: "MinIO: reading and writing swapped",
    file: "constructs/components/minio-steps.ts",
    search: "Action: actions[mode]",
    replacement: 'Action: actions[mode === "read" ? "read-write" : "read"]',
    tests: ["__tests__/components/permissions.test.ts"],
  },
  {
    id: "S3: reading and writing swapped",
    file: "constructs/aws/s3-object-store.ts",
    search: "actions: objectActions[mode]",
    replacement: 'actions: objectActions[mode === "read" ? "read-write" : "read"]',
    tests: ["__tests__/components/permissions.test.ts"],
  },
  {
    id: "Consul: the server allows by default",
    file: "constructs/components/consul.ts",
    search: '"default_policy":"deny"',
    replacement: '"default_policy":"allow"',
    tests: ["__tests__/components/permissions.test.ts"],
  },
  {
    id: "Consul: agents may write all services",
    file: "constructs/components/consul-acl.ts",
    search: '...services.toSorted().map((service) => `service "${service}" { policy = "write" }`),',
    replacement: `'service_prefix "" { policy = "write" }',`,
    tests: ["__tests__/components/permissions.test.ts"],
  },
  {
    id: "PostgreSQL: a role's rotated password is ignored",
    file: "constructs/components/postgres-database.ts",
    search: `ALTER ROLE :"name" LOGIN PASSWORD :'password';`,
    replacement: "",
    tests: ["__tests__/components/permissions.test.ts"],
  },
];
