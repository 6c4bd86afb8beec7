import { reasonToSkip } from "./available";
import { createWorkspace } from "./workspace";

/** Prepares the platform's copy, or says why the tests are skipped. */
export default function setUp(): void {
  const reason = reasonToSkip();
  if (reason !== undefined) {
    process.env["DATALAB_SKIP_REASON"] = reason;
    process.stderr.write(`\nIntegration tests are skipped: ${reason}\n`);
    return;
  }
  process.env["DATALAB_WORKSPACE"] = createWorkspace();
}
