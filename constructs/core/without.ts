/** Why a service has none of what every service must state. */
export interface Without {
  readonly none: string;
}

/** Type guard for "there is none". */
export function isWithout(value: object): value is Without {
  return "none" in value;
}
