import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, type Expr, Secret, text, toExpr } from "../core/reference";
import type { Database } from "../core/roles";

/** The password of a database's role. Each database of a consumer (a component's name) has one of its own. */
export function databasePassword(consumer: string, name: string): Secret {
  return new Secret(consumer, `${name}-database-password`, "password");
}

/**
 * Makes a database and the role that owns it; a rotated password reaches an existing role.
 * The role may connect to its own database only. SQL takes its values from psql variables,
 * so that nothing has to be quoted by hand.
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
    // The password goes in by standard input: an argument would show in the list of processes.
    script: `
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\\getenv name NEW_NAME
\\getenv password NEW_PASSWORD
-- Steps of several consumers change the same rows of the catalogue, which PostgreSQL refuses when it meets.
SET lock_timeout = '60s';
SELECT pg_advisory_lock(hashtext('datalab database')) \\g /dev/null
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \\gexec
ALTER ROLE :"name" LOGIN PASSWORD :'password';
GRANT :"name" TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
-- Everybody may connect to a new database, and to those that the server brought along. The administrator of a
-- managed server does not own all of them.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
WHERE datname IN (:'name', 'postgres', 'template1') AND pg_has_role(datdba, 'USAGE') \\gexec
SQL
`,
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
