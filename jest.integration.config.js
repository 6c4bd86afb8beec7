/** Against a real Docker engine and real clients; one after the other, because they share it. */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/__tests__/integration"],
  testMatch: ["**/*.itest.ts"],
  // These take long, and run by `npm run test:integration:full`.
  testPathIgnorePatterns: ["/node_modules/", "/integration/full/"],
  globalSetup: "<rootDir>/__tests__/integration/support/set-up.ts",
  globalTeardown: "<rootDir>/__tests__/integration/support/tear-down.ts",
  testSequencer: "<rootDir>/__tests__/integration/support/by-name.js",
  testTimeout: 600_000,
  maxWorkers: 1,
};
