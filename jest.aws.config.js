/** Applies prod to a test endpoint that answers like AWS; needs Terraform, its AWS provider and a moto-server. */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/integration/aws"],
  testMatch: ["**/*.awstest.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 600_000,
  maxWorkers: 1,
};
