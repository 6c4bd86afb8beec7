const { default: Sequencer } = require("@jest/test-sequencer");

/** Runs the files by name: the ones that look at the platform come before the ones that break it. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
