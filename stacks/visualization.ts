import { hasComponent } from "../config/components";
import { JupyterHub } from "../constructs/components/jupyterhub/jupyterhub";
import { Mlflow } from "../constructs/components/mlflow";
import { Spark } from "../constructs/components/spark";
import { Streamlit } from "../constructs/components/streamlit/streamlit";
import type { GroupStack } from "../constructs/core/group-stack";
import type { CoreRoles } from "../constructs/core/roles";

/** What people look at data with. */
export function buildVisualization(stack: GroupStack, roles: CoreRoles): void {
  const { config, components } = stack.environment;
  if (hasComponent(config, "jupyterhub")) {
    new JupyterHub(stack, {
      objectStore: roles.objectStore,
      sql: roles.sql,
      engine: roles.engine,
      spark: components.find((component) => component instanceof Spark),
      mlflow: components.find((component) => component instanceof Mlflow),
      settings: config.jupyterhub,
    });
  }
  if (hasComponent(config, "streamlit")) new Streamlit(stack);
}
