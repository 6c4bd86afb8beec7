import { images } from "../../config/images";
import type { SizeName } from "../../config/sizes";

/**
 * What all daemons of Spark have in common.
 *
 * @param variables for programs in the container. Default: none
 */
export function daemonOf(size: SizeName, variables: Readonly<Record<string, string>> = {}) {
  return {
    image: images.spark,
    env: {
      // Heap of the daemon itself; Spark's own 1g would not fit beside what a worker offers.
      SPARK_DAEMON_MEMORY: size === "small" ? "128m" : "256m",
      // Daemons do little; without the second compiler they start with 40 % less CPU time (measured). Executors keep it.
      SPARK_DAEMON_JAVA_OPTS: "-XX:TieredStopAtLevel=1",
      ...variables,
    },
    // Programs started by hand in the container, and Python's processes, need an init that reaps them.
    processInit: true,
    readOnlyRoot: { none: "its configuration holds secrets and is put into the root file system before it starts" },
  } as const;
}
