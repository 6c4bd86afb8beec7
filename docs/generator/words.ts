/** A duration as a person says it. */
export function durationWords(seconds: number): string {
  if (seconds === 0) return "the first second";
  const [number, unit] = seconds % 60 === 0 ? [seconds / 60, "minute"] : [seconds, "second"];
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
