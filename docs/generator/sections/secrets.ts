import type { SecretDescription } from "../../../cli/model/description";
import type { Step } from "../../../constructs/core/reference";
import { formatWords, madeFrom } from "../../../constructs/core/secret-format";
import { usesOfService, usesOfStep } from "../../../constructs/core/uses";
import { code, codes, table } from "../markdown";
import type { Platform, Subject } from "../platform";

export function secrets({ name, platform }: Subject): string {
  const all = platform.description.secrets.filter(({ component }) => component === name);
  return table(
    ["secret", "format", "read by", "what rotating does"],
    all.map((secret) => [
      code(secret.id),
      formatWords(secret.format),
      codes(secret.usedBy) || "steps only",
      rotation(secret, stepsWith(platform, secret.id)),
    ]),
  );
}

function rotation({ format, changeInData, usedBy }: SecretDescription, steps: readonly string[]): string {
  const sources = madeFrom(format);
  if (sources.length > 0) return `it follows ${codes(sources)}`;
  const now = changeInData === undefined ? [] : ["the running software takes the new value at once"];
  const again = steps.length > 0 ? [`runs ${codes(steps)} again`] : [];
  const replaced = usedBy.length > 0 ? [`replaces ${codes(usedBy)}`] : [];
  const next = [...again, ...replaced];
  return [...now, ...(next.length > 0 ? [`the next \`up\` ${next.join(" and ")}`] : [])].join("; ");
}

/** Names of the steps that hand a secret to the software that keeps it. */
function stepsWith(platform: Platform, id: string): string[] {
  const names = stepsOf(platform)
    .filter(({ step }) => usesOfStep(step).secrets.some((secret) => secret.id === id))
    .map(({ component, step }) => `${component}-${step.name}`);
  return [...new Set(names)];
}

/** Every step of the platform, with the component that it sets up. */
export function stepsOf({ environment }: Platform): { component: string; step: Step }[] {
  return environment.components.flatMap((component) => [
    ...[...component.preparations, ...component.provisions].map((step) => ({ component: component.name, step })),
    ...component.services.flatMap((service) =>
      usesOfService(service).needs.flatMap(({ provider, steps = [] }) =>
        steps.map((step) => ({ component: provider, step })),
      ),
    ),
  ]);
}
