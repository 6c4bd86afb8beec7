import { join } from "node:path";
import { ConfigurationError } from "../../constructs/core/errors";
import { componentText, partText, testText } from "./component-files";
import { type ComponentRequest, nameTaken } from "./request";
import { inBuilder, withAwsForm, withImage, withPlace } from "./wiring";
import { readIfThere, type SourceChange } from "./write-sources";

/**
 * What a new component changes in the checkout. New files come first and the line that makes the component last: after each
 * of them the checkout is one that works. What a run that was cut off has done is left out.
 *
 * @throws ConfigurationError when something else has the name, or a file does not have the form that it is added to.
 */
export function planComponent(top: string, request: ComponentRequest): SourceChange[] {
  const { name, group } = request;
  const changes = [
    made(top, `constructs/components/${name}.ts`, componentText(request)),
    made(top, `docs/components/parts/${name}.md`, partText(request)),
    made(top, `__tests__/components/${name}.test.ts`, testText(request)),
    edited(top, "config/images.ts", (text) => withImage(text, request)),
    edited(top, "config/aws-forms.ts", (text) => withAwsForm(text, request)),
    edited(top, "config/components.ts", (text) => withPlace(text, request)),
    edited(top, `stacks/${group}.ts`, (text, path) => inBuilder(text, path, request)),
  ].filter(({ before, after }) => before !== after);
  if (changes.length === 0) throw nameTaken(name, `${name} is a component`);
  return changes;
}

function made(top: string, path: string, after: string): SourceChange {
  const before = readIfThere(join(top, path));
  if (before === undefined || before === after) return { path, before, after };
  throw new ConfigurationError(`${path} exists already. Choose another name, or remove the file; nothing was written.`);
}

function edited(top: string, path: string, edit: (text: string, path: string) => string): SourceChange {
  const before = readIfThere(join(top, path));
  if (before === undefined) {
    throw new ConfigurationError(
      `${path} is missing, and the component would be made there. See "Add a group" in README.md; nothing was written.`,
    );
  }
  return { path, before, after: edit(before, path) };
}
