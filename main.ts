import { App } from "cdktf";
import { ConfigurationError } from "./constructs/core/errors";
import { synthesise } from "./stacks/synthesise";

try {
  synthesise(new App());
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
