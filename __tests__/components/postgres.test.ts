import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("postgres", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "postgres")).toMatchInlineSnapshot(`
     {
       "postgres": {
         "command": [
           "postgres",
           "-c",
           "max_connections=150",
           "-c",
           "password_encryption=scram-sha-256",
         ],
         "data": [
           {
             "gid": 999,
             "name": "data",
             "path": "/var/lib/postgresql/data",
             "uid": 999,
           },
         ],
         "endpoints": [
           "postgres.sql postgresql:5432 published:5432",
         ],
         "entrypoint": [
           "docker-entrypoint.sh",
         ],
         "env": {
           "POSTGRES_DB": "postgres",
           "POSTGRES_INITDB_ARGS": "--auth-host=scram-sha-256 --data-checksums",
           "POSTGRES_PASSWORD": "{postgres.admin-password}",
           "POSTGRES_USER": "postgres",
         },
         "health": {
           "answers": "postgres.sql postgresql:5432 published:5432",
           "intervalSeconds": 2,
           "shell": "pg_isready -q -h 127.0.0.1 -U postgres -d postgres",
           "startSeconds": 120,
         },
         "image": "postgres:16.15-bookworm",
         "logins": [
           {
             "endpoint": "postgres.sql postgresql:5432 published:5432",
             "password": "{postgres.admin-password}",
             "user": "postgres",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "PostgresDown",
               "expr": "pg_up == 0",
               "forSeconds": 60,
               "severity": "critical",
               "summary": "PostgreSQL does not answer its exporter",
             },
             {
               "alert": "PostgresConnectionsNearLimit",
               "expr": "sum(pg_stat_activity_count) > 0.8 * max(pg_settings_max_connections)",
               "forSeconds": 300,
               "severity": "warning",
               "summary": "More than four fifths of PostgreSQL's connections are in use",
             },
           ],
           "metrics": {
             "none": "PostgreSQL has no metrics endpoint; the monitoring group runs an exporter beside it",
           },
         },
         "resources": {
           "cpus": 1,
           "memoryMiB": 512,
           "minimumMemoryMiB": 256,
         },
         "stopGraceSeconds": 90,
       },
     }
    `);
  });
});
