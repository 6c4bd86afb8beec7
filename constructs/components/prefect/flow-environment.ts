import { complain } from "../../core/errors";
import { type Expr, toExpr } from "../../core/reference";
import type { CoreRoles, MessageBroker } from "../../core/roles";
import type { Mlflow } from "../mlflow";
import type { PrefectSettings } from "./prefect.config";

/**
 * What the settings let flows use beside the object store. Nothing of it has to run when a worker starts.
 *
 * @param environment name of the environment, for messages
 * @param roles undefined where the environment leaves out the broker
 * @throws ConfigurationError when something is granted that the environment leaves out.
 */
export function flowEnvironment(
  environment: string,
  grants: PrefectSettings["grants"],
  roles: Pick<CoreRoles, "broker"> | undefined,
  mlflow: Mlflow | undefined,
): Readonly<Record<string, string | Expr>> {
  return {
    ...(grants.kafka ? brokerEnvironment((roles ?? refuse(environment, "kafka")).broker) : {}),
    ...(grants.mlflow ? trackingEnvironment(mlflow ?? refuse(environment, "mlflow")) : {}),
  };
}

function brokerEnvironment({
  bootstrapServers,
  clientProperties,
}: MessageBroker): Readonly<Record<string, string | Expr>> {
  const properties = Object.entries(clientProperties).map(
    ([key, value]) => [`KAFKA_${key.replaceAll(".", "_").toUpperCase()}`, value] as const,
  );
  return { KAFKA_BOOTSTRAP_SERVERS: bootstrapServers.loose(), ...Object.fromEntries(properties) };
}

function trackingEnvironment(mlflow: Mlflow): Readonly<Record<string, string | Expr>> {
  return {
    MLFLOW_TRACKING_URI: mlflow.web.url.loose(),
    MLFLOW_TRACKING_USERNAME: "admin",
    MLFLOW_TRACKING_PASSWORD: toExpr(mlflow.adminPassword),
  };
}

function refuse(environment: string, missing: "kafka" | "mlflow"): never {
  throw complain({
    key: `${environment}.prefect.grants.${missing}`,
    given: true,
    allowed: `false in an environment without ${missing}`,
    remedy: `Take ${missing} out of components.without, or set it to false.`,
  });
}
