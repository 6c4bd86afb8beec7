import { ConfigurationError } from "./constructs/core/errors";
import { systemErrorText } from "./constructs/core/system-errors";

try {
  // Loaded here, because configuration is checked from the first file on.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { synthesise } = require("./stacks/synthesise") as typeof import("./stacks/synthesise");
  // The command of CDK for Terraform says where it wants the files.
  synthesise(process.env["CDKTF_OUTDIR"] ?? "cdktf.out");
} catch (error) {
  const message = error instanceof ConfigurationError ? error.message : systemErrorText(error);
  if (message === undefined) throw error;
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
