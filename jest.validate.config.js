/** Terraform's own check of every synthesised stack whose provider can be had. */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/validate"],
  testMatch: ["**/*.vtest.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 300_000,
  maxWorkers: 1,
};
