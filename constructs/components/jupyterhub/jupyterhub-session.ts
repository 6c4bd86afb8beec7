import { type Expr, join, text, toExpr } from "../../core/reference";
import type { ObjectStoreAccess } from "../../core/roles";
import type { Spark } from "../spark";

/** Properties with which a notebook's session uses the cluster, one a line. Loose: a notebook without Spark is one. */
export function clusterProperties(spark: Spark): Expr {
  return lines({
    ...spark.properties,
    "spark.authenticate.secret": toExpr(spark.authentication),
    // A notebook is open for hours and works for minutes: what it does not use goes back to the others.
    "spark.dynamicAllocation.enabled": "true",
    "spark.dynamicAllocation.shuffleTracking.enabled": "true",
    "spark.dynamicAllocation.shuffleTracking.timeout": "300s",
    "spark.dynamicAllocation.cachedExecutorIdleTimeout": "600s",
  });
}

/** Properties of a session that does its work in the notebook's own container. */
export function localProperties(access: ObjectStoreAccess): Expr {
  const store = Object.entries(access.hadoopProperties).map(([name, value]) => [`spark.hadoop.${name}`, value]);
  return lines({
    "spark.master": "local[2]",
    "spark.driver.memory": "512m",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    ...(Object.fromEntries(store) as Record<string, string | Expr>),
  });
}

function lines(properties: Readonly<Record<string, string | Expr>>): Expr {
  const all = Object.entries(properties).map(([name, value]) => text`${name} ${value}`);
  return text`${join(all, "\n")}\n`.loose();
}

/** Variables under names that begin with a prefix. */
export function prefixed(
  prefix: string,
  variables: Readonly<Record<string, string | Expr>>,
): Readonly<Record<string, string | Expr>> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [prefix + name, value]));
}
