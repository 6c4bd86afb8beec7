import type { ImageRef } from "./image";

/** Containers that a service makes itself while it runs, for example one for each user who opens a notebook. */
export interface Spawned {
  /** What they are called together; unlike any service of the component. */
  readonly name: string;
  /** Built or pulled with the images of the group. */
  readonly image: ImageRef;
  /** Limit of one, in cores. */
  readonly cpus: number;
  /** Limit of one, in MiB. */
  readonly memoryMiB: number;
  /** Most that run at the same time; what they may take together counts when the engine's capacity is checked. */
  readonly most: number;
  /** Absolute path of a volume that each has to itself. Default: they keep nothing. */
  readonly volumePath?: string;
}
