/** Value of the label `datalab.kind` on containers that a service makes itself. */
export const spawnedKind = "spawned";
