/**
 * Does work in which cdktf takes no stack traces. It takes one for each of thousands of tokens, formats it in full
 * and uses it in no message: a tenth of the time of a synthesis, and half of it under ts-node, which maps every
 * frame back to its source. Real errors keep theirs.
 */
export function withoutStackTraces<T>(work: () => T): T {
  const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  Error.prepareStackTrace = (target, frames) =>
    target instanceof Error ? [String(target), ...frames.map(frameText)].join("\n") : "";
  try {
    return work();
  } finally {
    if (before) Object.defineProperty(Error, "prepareStackTrace", before);
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  }
}

function frameText(frame: NodeJS.CallSite): string {
  const place = `${frame.getFileName() ?? "unknown"}:${frame.getLineNumber() ?? 0}`;
  return `    at ${frame.getFunctionName() ?? "anonymous"} (${place})`;
}
