/** Stands for cdktf's own, and cdktn's, while tests run: they take a trace of every token, and Jest maps each of them back to sources. */
exports.captureStackTrace = () => [];
exports.captureCreationStack = () => [];
