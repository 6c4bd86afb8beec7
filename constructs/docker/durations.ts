/**
 * A duration as Go prints it, which is how the provider reads it back: "60s" instead of "1m0s"
 * would show as a difference in every plan.
 *
 * @param seconds whole seconds
 * @throws Error when it is negative or not whole.
 */
export function goDuration(seconds: number): string {
  if (!Number.isInteger(seconds) || seconds < 0) throw new Error(`not whole seconds: ${seconds}`);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
