import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, type Expr, type Secret, text, toExpr } from "../core/reference";
import type { Database } from "../core/roles";

/**
 * Makes a database and the role that owns it; a rotated password reaches an existing role.
 * SQL takes its values from psql variables, so that nothing has to be quoted by hand.
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
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \\gexec
ALTER ROLE :"name" LOGIN PASSWORD :'password';
GRANT :"name" TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
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
