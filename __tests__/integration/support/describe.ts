/** Runs a suite where there is an engine and the provider; elsewhere it counts as skipped. */
export const describeOnEngine = process.env["DATALAB_SKIP_REASON"] === undefined ? describe : describe.skip;
