/** Stands for cdktf's own while tests run: it takes a trace of every token, and Jest maps each of them back to sources. */
exports.captureStackTrace = () => [];
