import { projectFolder } from "../constructs/core/project";
import { mutants } from "./mutants";
import { judge, prepareCopy, removeCopy } from "./trial";

/**
 * Applies each mutant to a copy of the checkout and runs the tests that must notice it.
 * Exit code 1 when one survives, or cannot be applied because the code has changed.
 *
 *     npm run test:mutations                    all
 *     npm run test:mutations -- fingerprint     those with this text in their id
 */
function main(words: readonly string[]): void {
  const chosen = mutants.filter(({ id }) => words.every((word) => id.includes(word)));
  if (chosen.length === 0) throw new Error(`no mutant has "${words.join(" ")}" in its id`);
  const copy = prepareCopy(projectFolder());
  let bad = 0;
  try {
    for (const mutant of chosen) {
      const { killed, because } = judge(copy, mutant);
      if (!killed) bad += 1;
      process.stdout.write(`${killed ? "killed  " : "SURVIVED"}  ${mutant.id}\n            ${because}\n`);
    }
  } finally {
    removeCopy(copy);
  }
  process.stdout.write(`${chosen.length - bad} of ${chosen.length} mutants killed\n`);
  process.exitCode = bad === 0 ? 0 : 1;
}

main(process.argv.slice(2));
