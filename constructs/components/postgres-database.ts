import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, type Expr, Secret, text, toExpr } from "../core/reference";
import type { Database } from "../core/roles";
import { shellScript } from "../core/shell-script";

/** The password of a database's role. Each database of a consumer (a component's name) has one of its own. */
export function databasePassword(consumer: string, name: string): Secret {
  return new Secret(consumer, `${name}-database-password`, "password");
}

/**
 * Makes a database and the role that owns it; a rotated password reaches an existing role.
 * The role may connect to its own database only.
 *
 * @param server address of the server, without regard to who runs it
 */
export function databaseStep(
  name: string,
  password: Secret,
  server: Endpoint | { readonly host: Expr; readonly port: Expr },
  adminUser: string,
  adminPassword: Secret,
): Step {
  const { host, port } = "authority" in server ? { host: server.host, port: server.from("platform").port } : server;
  return {
    name: `database-${name}`,
    image: images.postgres,
    env: {
      PGHOST: host,
      PGPORT: port,
      PGUSER: adminUser,
      PGDATABASE: "postgres",
      PGCONNECT_TIMEOUT: "10",
      PGPASSWORD: toExpr(adminPassword),
      NEW_NAME: name,
      NEW_PASSWORD: text`${password}`,
    },
    script: shellScript("constructs/components/postgres-database.sh"),
  };
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
