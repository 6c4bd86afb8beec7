import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PreflightError } from "../../cli/exit";
import { Terraform } from "../../cli/terraform/program";

describe("the Terraform program", () => {
  const folder = mkdtempSync(join(tmpdir(), "datalab-terraform-"));
  const program = join(folder, "terraform");
  const before = process.env["TERRAFORM_BINARY_NAME"];
  beforeAll(() => {
    process.env["TERRAFORM_BINARY_NAME"] = program;
  });
  afterEach(() => {
    rmSync(program, { force: true });
  });
  afterAll(() => {
    if (before === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
    else process.env["TERRAFORM_BINARY_NAME"] = before;
    rmSync(folder, { recursive: true });
  });

  const write = (script: string, mode = 0o755): void => {
    writeFileSync(program, script);
    chmodSync(program, mode);
  };
  const telling = (version: string): string => `#!/bin/sh\necho '{"terraform_version":"${version}"}'\n`;
  const version = (target: "docker" | "aws"): Promise<string> => new Terraform(folder, undefined).version(target);

  it.each([
    ["prints nothing", "#!/bin/sh\n", "gave no version. It is not Terraform"],
    ["prints something else", "#!/bin/sh\necho Hello\n", "gave no version: Hello"],
    ["prints JSON of another kind", "#!/bin/sh\necho null\n", "gave no version: null"],
    ["fails", "#!/bin/sh\necho broken >&2\nexit 7\n", "ended with exit code 7 and gave no version: broken"],
    ["is no program", "\u007fELF\u0000", "gave no version"],
    ["is too old", telling("1.4.7"), "Terraform 1.4.7 is too old: for Docker datalab needs 1.5.0 or newer"],
  ])("is refused when it %s", async (_, script, message) => {
    write(script);
    const refusal = version("docker");
    await expect(refusal).rejects.toBeInstanceOf(PreflightError);
    await expect(refusal).rejects.toThrow(message);
  });

  it("is refused when it may not be executed", async () => {
    write(telling("1.11.4"), 0o644);
    await expect(version("docker")).rejects.toThrow("may not be executed by this account. Make it executable");
  });

  it("is refused when it is not there", async () => {
    await expect(version("docker")).rejects.toThrow("is not on the PATH. Get Terraform 1.5.0 or newer");
  });

  it("is refused for AWS before 1.11, which does for Docker", async () => {
    write(telling("1.10.5"));
    await expect(version("docker")).resolves.toBe("1.10.5");
    await expect(version("aws")).rejects.toThrow("Terraform 1.10.5 is too old: for AWS datalab needs 1.11.0 or newer");
  });
});
