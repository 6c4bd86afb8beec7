import { ConfigurationError } from "../../constructs/core/errors";
import { withBuilders } from "../../stacks/groups";

it("a group that nobody builds is told by its name, and where it belongs", () => {
  const build = (): unknown => withBuilders(["core", "processing", "ml"], { processing: () => undefined });
  expect(build).toThrow(ConfigurationError);
  expect(build).toThrow(
    /^builders\.ml in stacks\/groups\.ts: given nothing; allowed: the function .* Add it, or take ml out/,
  );
});
