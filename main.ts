import { ConfigurationError } from "./constructs/core/errors";

try {
  // Loaded here, because configuration is checked from the first file on.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { synthesise } = require("./stacks/synthesise") as typeof import("./stacks/synthesise");
  synthesise();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
