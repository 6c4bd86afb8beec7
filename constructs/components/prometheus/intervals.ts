/** Seconds from one scrape of a service to the next. */
export const scrapeSeconds = 15;

/** Seconds from one look at a page to the next: a page costs more than metrics do. */
export const probeSeconds = 30;

/** Seconds in which a new target may start. The whole platform takes five minutes from nothing on two cores. */
const startSeconds = 300;

/** Of the samples that a target ought to have; the rest may be lost while Prometheus itself is replaced. */
const share = 0.85;

/**
 * A condition for rules on services that do not answer: the series has been there without a break for five minutes.
 * Targets that have just come, or come back from a stop on purpose, are starting; nobody should be told of them.
 *
 * @param everySeconds how often the series gets a sample
 */
export function hasBeenWatched(series: string, everySeconds: number): string {
  const samples = Math.floor((startSeconds / everySeconds) * share);
  return `count_over_time(${series}[${startSeconds}s]) >= ${samples}`;
}
