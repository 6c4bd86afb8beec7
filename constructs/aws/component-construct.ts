import { Construct } from "constructs";
import type { ComponentRecord } from "../core/component-record";

/** The construct of a component, under which its resources are made. */
export function constructOf(component: ComponentRecord): Construct {
  if (!(component instanceof Construct)) throw new Error(`${component.name} is no construct`);
  return component;
}
