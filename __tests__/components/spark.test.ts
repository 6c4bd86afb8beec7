import { Spark } from "../../constructs/components/spark";
import type { Service } from "../../constructs/core/component-record";
import { orderOf } from "../../constructs/core/order";
import { printExpr } from "../../constructs/core/print";
import { type Expr, toExpr } from "../../constructs/core/reference";
import { usesOfService } from "../../constructs/core/uses";
import { specsOf } from "../support/spec";
import { synthesiseInput, synthesiseNamed } from "../support/synth";

describe("the history server", () => {
  const { environment } = synthesiseInput({
    name: "lab",
    target: "docker",
    groups: ["core", "processing"],
    spark: { history: { retentionDays: 7 } },
  });
  const [master, , history] = environment.component("spark").services;

  it("has an account for the applications' events, and for no bucket of the lake", () => {
    const account = usesOfService(history ?? fail()).needs.flatMap(({ steps = [] }) => steps);
    const policies = account
      .filter(({ name }) => name === "account-spark-history")
      .map(({ env }) => printExpr(toExpr(env["POLICY"] ?? "")));
    expect(new Set(policies).size).toBe(1);
    expect(policies[0]?.match(/arn:aws:s3:::[^"]+/g)).toEqual(["arn:aws:s3:::spark", "arn:aws:s3:::spark/*"]);
  });

  it("looks where applications write, in a folder that is there before the first of them", () => {
    const conf = (service: Service | undefined): string =>
      printExpr(toExpr((service ?? fail()).spec.files?.["/opt/spark/conf/spark-defaults.conf"]?.content as Expr));
    expect(conf(master)).toContain("spark.eventLog.dir s3a://spark/events\n");
    expect(conf(history)).toContain("spark.history.fs.logDirectory s3a://spark/events\n");
    expect(conf(history)).toContain("spark.history.fs.cleaner.maxAge 7d\n");
    const steps = usesOfService(master ?? fail()).needs.flatMap(({ steps: brought = [] }) => brought);
    expect(steps.find(({ name }) => name === "bucket-spark")?.env["BUCKETS"]).toBe("spark spark/events");
  });

  it("holds up neither master nor workers", () => {
    const { units } = orderOf(environment, "lab-processing");
    expect(units.filter(({ after }) => after.includes("spark-history"))).toEqual([]);
  });
});

function fail(): never {
  throw new Error("missing");
}

describe("Spark", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "spark")).toMatchInlineSnapshot(`
     {
       "spark-history": {
         "command": [
           "org.apache.spark.deploy.history.HistoryServer",
         ],
         "endpoints": [
           "spark.history http:18080 published:18080",
         ],
         "entrypoint": [
           "/opt/spark/bin/spark-class",
         ],
         "env": {
           "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
           "SPARK_DAEMON_MEMORY": "256m",
         },
         "files": {
           "/opt/spark/conf/credentials.sh": {
             "content": "AWS_ACCESS_KEY_ID='spark-history'
     AWS_SECRET_ACCESS_KEY='{spark.spark-history-object-store-key}'
     AWS_ENDPOINT_URL_S3='{minio.api.url}'
     AWS_REGION='us-east-1'
     ",
             "uid": 185,
           },
           "/opt/spark/conf/spark-defaults.conf": {
             "content": "spark.history.fs.logDirectory s3a://spark/events
     spark.history.ui.port 18080
     spark.history.fs.cleaner.enabled true
     spark.history.fs.cleaner.interval 1h
     spark.history.fs.cleaner.maxAge 30d
     spark.history.retainedApplications 10
     spark.hadoop.fs.s3a.endpoint {minio.api.url}
     spark.hadoop.fs.s3a.path.style.access true
     spark.hadoop.fs.s3a.connection.ssl.enabled false
     ",
             "uid": 185,
           },
         },
         "health": {
           "http": "spark.history http:18080 published:18080",
           "intervalSeconds": 2,
           "path": "/api/v1/version",
           "startSeconds": 120,
           "tool": "wget",
         },
         "image": "images/spark on apache/spark:3.5.8-java17-python3",
         "needs": [
           "{minio} bucket-spark account-spark-history",
         ],
         "observability": {
           "alerts": {
             "none": "its page is for people and nothing depends on it; the registry watches over its health",
           },
           "dashboard": {
             "none": "it has no metrics, and is a page for people itself",
           },
           "metrics": {
             "none": "Spark gives its history server no metrics system",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its configuration holds secrets and is put into the root file system before it starts",
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 512,
           "minimumMemoryMiB": 448,
         },
         "stopGraceSeconds": 10,
       },
       "spark-master": {
         "command": [
           "org.apache.spark.deploy.master.Master",
           "--port",
           "7077",
           "--webui-port",
           "8080",
         ],
         "endpoints": [
           "spark.rpc spark:7077 published:7077",
           "spark.ui http:8080 published:8080",
           "spark.application-ui http:4040 published:4040",
           "spark.driver spark:7100",
           "spark.driver-blocks spark:7120",
         ],
         "entrypoint": [
           "/opt/spark/bin/spark-class",
         ],
         "env": {
           "LAKE_BRONZE": "bronze",
           "LAKE_GOLD": "gold",
           "LAKE_SILVER": "silver",
           "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
           "SPARK_DAEMON_MEMORY": "256m",
         },
         "files": {
           "/opt/spark/conf/credentials.sh": {
             "content": "AWS_ACCESS_KEY_ID='spark'
     AWS_SECRET_ACCESS_KEY='{spark.object-store-key}'
     AWS_ENDPOINT_URL_S3='{minio.api.url}'
     AWS_REGION='us-east-1'
     ",
             "uid": 185,
           },
           "/opt/spark/conf/spark-defaults.conf": {
             "content": "spark.master spark://{spark.rpc}
     spark.authenticate true
     spark.network.crypto.enabled true
     spark.master.rest.enabled false
     spark.driver.port 7100
     spark.blockManager.port 7120
     spark.ui.port 4040
     spark.ui.reverseProxy true
     spark.ui.reverseProxyUrl {spark.ui@operator.url}
     spark.ui.prometheus.enabled true
     spark.sql.extensions io.delta.sql.DeltaSparkSessionExtension
     spark.sql.catalog.spark_catalog org.apache.spark.sql.delta.catalog.DeltaCatalog
     spark.executor.cores 1
     spark.executor.memory 576m
     spark.driver.memory 512m
     spark.sql.shuffle.partitions 12
     spark.databricks.delta.snapshotPartitions 3
     spark.worker.preferConfiguredMasterAddress true
     spark.worker.cleanup.enabled true
     spark.worker.cleanup.appDataTtl 86400
     spark.eventLog.enabled true
     spark.eventLog.dir s3a://spark/events
     spark.eventLog.compress true
     spark.hadoop.fs.s3a.endpoint {minio.api.url}
     spark.hadoop.fs.s3a.path.style.access true
     spark.hadoop.fs.s3a.connection.ssl.enabled false
     spark.authenticate.secret {spark.authentication}
     ",
             "uid": 185,
           },
         },
         "health": {
           "http": "spark.ui http:8080 published:8080",
           "intervalSeconds": 2,
           "path": "/json/",
           "startSeconds": 120,
           "tool": "wget",
         },
         "image": "images/spark on apache/spark:3.5.8-java17-python3",
         "needs": [
           "{minio} bucket-spark account-spark",
         ],
         "observability": {
           "alerts": [
             {
               "alert": "SparkWorkersMissing",
               "expr": "metrics_master_aliveWorkers_Value < 3",
               "forSeconds": 120,
               "runbook": "\`./datalab status\` shows which worker is missing, and \`./datalab services logs spark\` why. A worker that was killed for memory comes back by itself; when it happens again, raise \`spark.workers.memoryMiB\`.",
               "severity": "warning",
               "summary": "Fewer than 3 workers are registered with Spark's master: jobs are slower or wait",
             },
             {
               "alert": "SparkApplicationsWaiting",
               "expr": "metrics_master_waitingApps_Value > 0",
               "forSeconds": 900,
               "runbook": "The page of Spark's master shows what holds the cores: end an application that nobody needs, or set \`spark.cores.max\` so that several fit. To offer more, raise \`spark.workers.count\`.",
               "severity": "warning",
               "summary": "An application has been waiting for cores or memory for a quarter of an hour",
             },
           ],
           "dashboard": [Function],
           "metrics": {
             "endpoint": "spark.ui http:8080 published:8080",
             "path": "/metrics/master/prometheus",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its configuration holds secrets and is put into the root file system before it starts",
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 1280,
           "minimumMemoryMiB": 512,
           "reservedCpus": 0.25,
           "reservedMemoryMiB": 384,
         },
         "singleton": true,
         "stopGraceSeconds": 10,
       },
       "spark-worker": {
         "command": [
           "master=$1 port=$2
     shift 2
     until (: >"/dev/tcp/$master/$port") 2>/dev/null; do sleep 0.5; done
     exec /opt/spark/bin/spark-class org.apache.spark.deploy.worker.Worker "$@" "spark://$master:$port"
     ",
           "spark-worker.sh",
           "{spark.rpc.host}",
           "{spark.rpc.port}",
           "--port",
           "7078",
           "--webui-port",
           "8081",
           "--cores",
           "1",
           "--memory",
           "768m",
         ],
         "endpoints": [
           "spark.worker-rpc spark:7078",
           "spark.worker-blocks spark:7120",
           "spark.worker-ui http:8081",
         ],
         "entrypoint": [
           "/bin/bash",
           "-c",
         ],
         "env": {
           "LAKE_BRONZE": "bronze",
           "LAKE_GOLD": "gold",
           "LAKE_SILVER": "silver",
           "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
           "SPARK_DAEMON_MEMORY": "256m",
         },
         "files": {
           "/opt/spark/conf/credentials.sh": {
             "content": "AWS_ACCESS_KEY_ID='spark'
     AWS_SECRET_ACCESS_KEY='{spark.object-store-key}'
     AWS_ENDPOINT_URL_S3='{minio.api.url}'
     AWS_REGION='us-east-1'
     ",
             "uid": 185,
           },
           "/opt/spark/conf/spark-defaults.conf": {
             "content": "spark.master spark://{spark.rpc}
     spark.authenticate true
     spark.network.crypto.enabled true
     spark.master.rest.enabled false
     spark.driver.port 7100
     spark.blockManager.port 7120
     spark.ui.port 4040
     spark.ui.reverseProxy true
     spark.ui.reverseProxyUrl {spark.ui@operator.url}
     spark.ui.prometheus.enabled true
     spark.sql.extensions io.delta.sql.DeltaSparkSessionExtension
     spark.sql.catalog.spark_catalog org.apache.spark.sql.delta.catalog.DeltaCatalog
     spark.executor.cores 1
     spark.executor.memory 576m
     spark.driver.memory 512m
     spark.sql.shuffle.partitions 12
     spark.databricks.delta.snapshotPartitions 3
     spark.worker.preferConfiguredMasterAddress true
     spark.worker.cleanup.enabled true
     spark.worker.cleanup.appDataTtl 86400
     spark.eventLog.enabled true
     spark.eventLog.dir s3a://spark/events
     spark.eventLog.compress true
     spark.hadoop.fs.s3a.endpoint {minio.api.url}
     spark.hadoop.fs.s3a.path.style.access true
     spark.hadoop.fs.s3a.connection.ssl.enabled false
     spark.authenticate.secret {spark.authentication}
     ",
             "uid": 185,
           },
         },
         "health": {
           "answers": "spark.worker-ui http:8081",
           "intervalSeconds": 2,
           "retries": 45,
           "shell": "wget -q -T 4 -O - {spark.ui.url}/json/ | tr -d ' \\n' | sed 's/"id"/\\n&/g' | grep -F "\\"host\\":\\"$(hostname)\\"" | grep -qF '"state":"ALIVE"'",
           "startSeconds": 120,
         },
         "image": "images/spark on apache/spark:3.5.8-java17-python3",
         "needs": [
           "{minio} bucket-spark account-spark",
         ],
         "observability": {
           "alerts": {
             "none": "the master counts its workers, and its rule covers them",
           },
           "dashboard": {
             "none": "the master's dashboard shows the workers",
           },
           "metrics": {
             "endpoint": "spark.worker-ui http:8081",
             "path": "/metrics/prometheus",
           },
         },
         "processInit": true,
         "readOnlyRoot": {
           "none": "its configuration holds secrets and is put into the root file system before it starts",
         },
         "replicas": 3,
         "resources": {
           "cpus": 1,
           "memoryMiB": 1280,
           "minimumMemoryMiB": 1280,
           "reservedCpus": 0.5,
           "reservedMemoryMiB": 640,
         },
         "stopGraceSeconds": 10,
       },
     }
    `);
  });

  it("scales where the configuration has bounds, with the sizes that it gives", () => {
    const { environment: scaled } = synthesiseInput({
      name: "scaled",
      target: "docker",
      spark: { workers: { min: 2, count: 4, max: 8, cores: 2, memoryMiB: 2048 } },
      sizes: { "spark-worker": { reservedCpus: 2, reservedMemoryMiB: 2304 } },
    });
    const worker = specsOf(scaled, "spark")["spark-worker"] as Record<string, unknown>;
    expect(worker["replicas"]).toEqual({ min: 2, desired: 4, max: 8, targetCpuPercent: 70 });
    expect(worker["resources"]).toEqual({
      cpus: 2,
      memoryMiB: 2560,
      minimumMemoryMiB: 2560,
      reservedCpus: 2,
      reservedMemoryMiB: 2304,
    });
  });

  it("refuses a container that is smaller than what its worker offers", () => {
    const small = () =>
      synthesiseInput({ name: "small", target: "docker", sizes: { "spark-worker": { memoryMiB: 1024 } } });
    expect(small).toThrow(
      "small.sizes.spark-worker.memoryMiB: given 1024; allowed: 1280 or more. " +
        "spark-worker does not start with less; raise the value or remove it.",
    );
  });

  it("keeps its secret out of the properties that other drivers use", () => {
    const spark = environment.components.find((component) => component instanceof Spark);
    const values = Object.values(spark?.properties ?? {}).map(toExpr);
    expect(values.length).toBeGreaterThan(0);
    expect(values.flatMap((value) => value.secrets)).toEqual([]);
  });
});
