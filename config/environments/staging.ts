import type { EnvironmentInput } from "../schema";

/** A Docker host, remote by DOCKER_HOST: three brokers, larger sizes, ports apart from those of dev. */
export const staging: EnvironmentInput = {
  name: "staging",
  target: "docker",
  portOffset: 10_000,
  kafka: { brokers: 3 },
  spark: { workers: { count: 3, cores: 2, memoryMiB: 2048 } },
  sizes: {
    postgres: { cpus: 2, memoryMiB: 1024 },
    minio: { cpus: 2, memoryMiB: 1024 },
  },
};
