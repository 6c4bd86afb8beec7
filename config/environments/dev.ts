import type { EnvironmentInput } from "../schema";

/** A laptop: everything on loopback, small, and its data may be deleted. */
export const dev: EnvironmentInput = {
  name: "dev",
  target: "docker",
  dataDeletion: "allowed",
};
