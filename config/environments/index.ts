import type { EnvironmentInput } from "../schema";
import { dev } from "./dev";
import { prod } from "./prod";
import { staging } from "./staging";

/** All environments, by name. */
export const environments: Readonly<Record<string, EnvironmentInput>> = { dev, staging, prod };
