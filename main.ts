import { ConfigurationError } from "./constructs/core/errors";
import { AtomicApp } from "./stacks/atomic-app";
import { synthesise } from "./stacks/synthesise";

try {
  // The command of CDK for Terraform says where it wants the files.
  synthesise(new AtomicApp(process.env["CDKTF_OUTDIR"] ?? "cdktf.out"));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
