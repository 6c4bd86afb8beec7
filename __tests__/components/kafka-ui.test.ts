import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("kafka-ui", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "kafka-ui")).toMatchInlineSnapshot(`
     {
       "kafka-ui": {
         "command": [
           "exec java --add-opens java.rmi/javax.rmi.ssl=ALL-UNNAMED $JAVA_OPTS -jar /api.jar",
         ],
         "endpoints": [
           "kafka-ui.web http:8080 published:8090",
         ],
         "entrypoint": [
           "/bin/sh",
           "-c",
         ],
         "env": {
           "AUTH_TYPE": "LOGIN_FORM",
           "DYNAMIC_CONFIG_ENABLED": "false",
           "JAVA_OPTS": "-Xms128m -Xmx256m",
           "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS": "{kafka.internal}",
           "KAFKA_CLUSTERS_0_NAME": "dev",
           "SPRING_SECURITY_USER_NAME": "admin",
           "SPRING_SECURITY_USER_PASSWORD": "{kafka-ui.admin-password}",
         },
         "health": {
           "http": "kafka-ui.web http:8080 published:8090",
           "path": "/actuator/health",
           "startSeconds": 180,
           "tool": "wget",
         },
         "image": "ghcr.io/kafbat/kafka-ui:v1.5.0",
         "logins": [
           {
             "endpoint": "kafka-ui.web http:8080 published:8090",
             "password": "{kafka-ui.admin-password}",
             "user": "admin",
           },
         ],
         "needs": [
           "{kafka}",
         ],
         "observability": {
           "alerts": {
             "none": "a page for people; nothing depends on it, and its health is watched by the registry",
           },
           "metrics": {
             "endpoint": "kafka-ui.web http:8080 published:8090",
             "path": "/actuator/prometheus",
           },
         },
         "resources": {
           "cpus": 0.5,
           "memoryMiB": 512,
           "minimumMemoryMiB": 384,
         },
         "stopGraceSeconds": 20,
       },
     }
    `);
  });
});
