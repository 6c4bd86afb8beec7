/** What takes real processes and time: starts of the command, README's steps, and Terraform's own check of every stack. */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/validate"],
  testMatch: ["**/*.vtest.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 300_000,
  maxWorkers: 1,
};
