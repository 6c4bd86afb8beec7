/** The offline suite: no Docker, Terraform or network. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/__tests__/integration/"],
  transform: { "\\.ts$": "@swc/jest" },
};
