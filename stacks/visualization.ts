import { hasComponent } from "../config/components";
import { Streamlit } from "../constructs/components/streamlit/streamlit";
import type { GroupStack } from "../constructs/core/group-stack";

/** What people look at data with. */
export function buildVisualization(stack: GroupStack): void {
  if (hasComponent(stack.environment.config, "streamlit")) new Streamlit(stack);
}
