import { componentNames, needsOf } from "../../config/components";
import type { ComponentRecord } from "../../constructs/core/component-record";
import { isExporter } from "../../constructs/core/observability";
import { usesOfService, usesOfStep, type Uses } from "../../constructs/core/uses";
import { synthesiseNamed } from "../support/synth";

const { environment } = synthesiseNamed("dev");

/** Everybody else to whom a component refers, loosely or not. */
function providersOf(component: ComponentRecord): string[] {
  const { name, services, preparations, provisions } = component;
  const uses: Uses[] = [...services.map(usesOfService), ...[...preparations, ...provisions].map(usesOfStep)];
  const names = uses.flatMap(({ endpoints, secrets, needs }) => [
    ...endpoints.map(({ owner }) => owner),
    ...secrets.map(({ owner }) => owner),
    ...needs.map(({ provider }) => provider),
  ]);
  return [...new Set(names)].filter((other) => other !== name && !isAgent(other));
}

/** What the target adds by itself. */
function isAgent(name: string): boolean {
  return name.startsWith("consul-agent") || name.startsWith("engine-");
}

/** What a component uses where it is there, and does without otherwise. */
const optional: Readonly<Record<string, readonly string[]>> = { jupyterhub: ["mlflow", "spark"] };

describe("the table of components", () => {
  const exporters = environment.components.flatMap(({ services }) =>
    services.flatMap(({ name, spec: { observability } }) => [
      ...(isExporter(observability.metrics) ? [`${name}-exporter`] : []),
      ...(observability.beside ? [observability.beside.name] : []),
    ]),
  );

  it("lists those that exist", () => {
    const described = environment.components.map(({ name }) => name).filter((name) => !exporters.includes(name));
    expect(described.filter((name) => !isAgent(name)).sort()).toEqual([...componentNames].sort());
  });

  it.each(componentNames)("says what %s really refers to; everything is registered in Consul", (name) => {
    const found = providersOf(environment.component(name));
    // These watch whatever there is, and do with less.
    const others = ["blackbox-exporter", "prometheus"].includes(name)
      ? []
      : found.filter((one) => !optional[name]?.includes(one));
    const real = new Set(name === "consul" ? found : ["consul", ...others]);
    expect([...needsOf(name)].sort()).toEqual([...real].sort());
  });
});
