/** The reason why there is none of something that every service has to answer for. */
export interface Without {
  readonly none: string;
}

/** Type guard for "there is none". */
export function isWithout(value: object): value is Without {
  return "none" in value;
}
