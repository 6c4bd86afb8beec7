import { App } from "cdktf";
import { notLookedInto } from "../../cli/new/component-files";
import { environmentNames } from "../../config/load";
import { isWithout } from "../../constructs/core/without";
import { assemble } from "../../stacks/synthesise";

// Here and not in the offline suite: a component that `datalab new` has just made is tested before it is complete.

it("every component's observability is what somebody decided", () => {
  const undecided = assemble(new App(), environmentNames()).flatMap(({ components }) =>
    components.flatMap(({ services }) =>
      services.flatMap(({ name, spec: { observability } }) =>
        Object.entries(observability).flatMap(([field, value]) =>
          isWithout(value as object) && (value as { none: string }).none.startsWith(notLookedInto)
            ? [`${name}: ${field}`]
            : [],
        ),
      ),
    ),
  );
  expect(undecided).toEqual([]);
});
