/** Everything on a real Docker engine: also what takes long, as rotations, faults, schedules and edits do. */
process.env.DATALAB_ITEST_FULL = "1";

const quick = require("./jest.integration.config.js");

module.exports = { ...quick, testPathIgnorePatterns: ["/node_modules/"] };
