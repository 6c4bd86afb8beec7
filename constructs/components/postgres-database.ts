import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, Secret, text, toExpr } from "../core/reference";
import type { Database } from "../core/roles";
import { shellScript } from "../core/shell-script";

/** The password of a database's role. Each database of a consumer (a component's name) has one of its own. */
export function databasePassword(consumer: string, name: string): Secret {
  return new Secret(consumer, `${name}-database-password`, "password");
}

/** A role that a step makes, by a script that gets its name as NEW_NAME and its password as NEW_PASSWORD. */
export interface NewRole {
  readonly step: string;
  /** Path of the script. */
  readonly script: string;
  readonly name: string;
  readonly password: Secret;
}

/** Makes a role on a server, as its administrator; a rotated password reaches a role that exists. */
export function roleStep(role: NewRole, server: Endpoint, adminUser: string, adminPassword: Secret): Step {
  return {
    name: role.step,
    image: images.postgres,
    env: {
      PGHOST: server.host,
      PGPORT: server.from("platform").port,
      PGUSER: adminUser,
      PGDATABASE: "postgres",
      PGCONNECT_TIMEOUT: "10",
      PGPASSWORD: toExpr(adminPassword),
      NEW_NAME: role.name,
      NEW_PASSWORD: toExpr(role.password),
    },
    script: shellScript(role.script),
  };
}

/** Makes a database and the role that owns it, which may connect to its own database only. */
export function databaseStep(
  name: string,
  password: Secret,
  server: Endpoint,
  adminUser: string,
  adminPassword: Secret,
): Step {
  const script = "constructs/components/postgres-database.sh";
  return roleStep({ step: `database-${name}`, script, name, password }, server, adminUser, adminPassword);
}

/**
 * A database as its consumer sees it: the reference brings the step that makes it.
 *
 * @param provider name of the component that runs the server behind `sql`
 * @param parameters what a driver wants behind the question mark of the URI. Default: nothing
 */
export function databaseReference(
  provider: string,
  sql: Endpoint,
  password: Secret,
  step: Step,
  name: string,
  parameters: (driver: string | undefined) => string = () => "",
): Database {
  const need = { provider, steps: [step] };
  return {
    name,
    user: name,
    password,
    host: sql.host.withNeeds(need),
    port: sql.from("platform").port,
    need,
    uri: (driver) => {
      const scheme = driver === undefined ? "postgresql" : `postgresql+${driver}`;
      return text`${scheme}://${name}:${password}@${sql}/${name}${parameters(driver)}`.withNeeds(need);
    },
  };
}
