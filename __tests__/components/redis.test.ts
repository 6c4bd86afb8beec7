import { specsOf } from "../support/spec";
import { synthesiseNamed } from "../support/synth";

describe("redis", () => {
  const { environment } = synthesiseNamed("dev");

  it("is described without a target", () => {
    expect(specsOf(environment, "redis")).toMatchInlineSnapshot(`
     {
       "redis": {
         "command": [
           "redis-server",
           "/run/redis/redis.conf",
         ],
         "data": [
           {
             "gid": 999,
             "name": "data",
             "path": "/data",
             "uid": 999,
           },
         ],
         "endpoints": [
           "redis.keys redis:6379 published:6379",
         ],
         "entrypoint": [
           "docker-entrypoint.sh",
         ],
         "env": {},
         "files": {
           "/run/redis/redis.conf": {
             "content": "requirepass {redis.password}
     appendonly yes
     dir /data
     maxmemory-policy noeviction
     ",
             "uid": 999,
           },
         },
         "health": {
           "answers": "redis.keys redis:6379 published:6379",
           "intervalSeconds": 2,
           "shell": "REDISCLI_AUTH={redis.password} redis-cli ping | grep -q PONG",
         },
         "image": "redis:7.2.16-bookworm",
         "logins": [
           {
             "endpoint": "redis.keys redis:6379 published:6379",
             "password": "{redis.password}",
             "user": "default",
           },
         ],
         "observability": {
           "alerts": [
             {
               "alert": "RedisDown",
               "expr": "redis_up == 0",
               "forSeconds": 60,
               "severity": "critical",
               "summary": "Redis does not answer its exporter",
             },
           ],
           "metrics": {
             "none": "Redis has no metrics endpoint; the monitoring group runs an exporter beside it",
           },
         },
         "resources": {
           "cpus": 0.5,
           "memoryMiB": 128,
           "minimumMemoryMiB": 64,
         },
         "stopGraceSeconds": 30,
       },
     }
    `);
  });
});
