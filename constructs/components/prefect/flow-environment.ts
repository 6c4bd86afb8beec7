import { complain } from "../../core/errors";
import { type Expr, toExpr } from "../../core/reference";
import type { CoreRoles, MessageBroker } from "../../core/roles";
import type { Mlflow } from "../mlflow";
import type { PrefectSettings } from "./prefect.config";

/**
 * What the settings let flows use beside the object store. Nothing of it has to run when a worker starts.
 *
 * @param environment name of the environment, for messages
 * @throws ConfigurationError when something is granted that the environment leaves out.
 */
export function flowEnvironment(
  environment: string,
  grants: PrefectSettings["grants"],
  roles: Pick<CoreRoles, "broker">,
  mlflow: Mlflow | undefined,
): Readonly<Record<string, string | Expr>> {
  return {
    ...(grants.kafka ? brokerEnvironment(roles.broker) : {}),
    ...(grants.mlflow ? trackingEnvironment(environment, mlflow) : {}),
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

function trackingEnvironment(environment: string, mlflow: Mlflow | undefined): Readonly<Record<string, string | Expr>> {
  if (!mlflow) {
    throw complain({
      key: `${environment}.prefect.grants.mlflow`,
      given: true,
      allowed: "false in an environment without mlflow",
      remedy: "Take mlflow out of components.without, or set it to false.",
    });
  }
  return {
    MLFLOW_TRACKING_URI: mlflow.web.url.loose(),
    MLFLOW_TRACKING_USERNAME: "admin",
    MLFLOW_TRACKING_PASSWORD: toExpr(mlflow.adminPassword),
  };
}
