import { hasComponent } from "../config/components";
import { Airflow } from "../constructs/components/airflow/airflow";
import { Mlflow } from "../constructs/components/mlflow";
import { flowEnvironment } from "../constructs/components/prefect/flow-environment";
import { Prefect } from "../constructs/components/prefect/prefect";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";
import { lakeBuckets } from "../config/lake-buckets";

/** What models are made and kept with, and what runs by plan. */
export function buildMl(stack: GroupStack, roles: CoreRoles): void {
  const { config } = stack.environment;
  const mlflow = hasComponent(config, "mlflow") ? new Mlflow(stack, roles) : undefined;
  if (hasComponent(config, "prefect")) {
    const { prefect: settings, name } = config;
    new Prefect(stack, {
      objectStore: roles.objectStore,
      sql: roles.sql,
      settings,
      buckets: lakeBuckets,
      flowEnvironment: flowEnvironment(
        name,
        settings.grants,
        hasComponent(config, "kafka") ? roles : undefined,
        mlflow,
      ),
    });
  }
  if (hasComponent(config, "airflow")) {
    const { objectStore, sql } = roles;
    new Airflow(stack, { objectStore, sql, buckets: lakeBuckets, settings: config.airflow });
  }
}
