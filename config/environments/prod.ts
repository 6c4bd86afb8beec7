import type { EnvironmentInput } from "../schema";

/** An AWS account. Region, domain, state bucket and operator ranges are the ones to adapt to yours. */
export const prod: EnvironmentInput = {
  name: "prod",
  target: "aws",
  region: "eu-central-1",
  domain: "datalab.example.com",
  state: { kind: "s3", bucket: "datalab-prod-terraform-state" },
  operatorCidrs: ["10.0.0.0/12"],
  spark: { workers: { min: 2, count: 3, max: 10, cores: 2, memoryMiB: 3072 } },
};
