/** The offline suite: no Docker, Terraform or network. */
module.exports = {
  testEnvironment: "node",
  // The default leaves a core idle, which on two cores doubles the time.
  maxWorkers: "100%",
  globalSetup: "<rootDir>/__tests__/support/begin-run.ts",
  globalTeardown: "<rootDir>/__tests__/support/end-run.ts",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/__tests__/integration/"],
  moduleNameMapper: {
    "/stack-trace$": "<rootDir>/__tests__/support/no-stack-trace.js",
    // A tenth of the time in which cdktf is loaded, and used for archives only, of which there are none.
    "^archiver$": "<rootDir>/__tests__/support/no-archiver.js",
  },
  transform: { "\\.ts$": "@swc/jest" },
};
