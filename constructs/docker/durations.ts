/**
 * A duration as Go prints it, which is how the provider reads it back: "60s" instead of "1m0s"
 * would show as a difference in every plan.
 *
 * @param seconds whole seconds or tenths of them
 * @throws Error when it is negative, or finer than that.
 */
export function goDuration(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  if (seconds < 0 || Math.abs(tenths - seconds * 10) > 1e-6) throw new Error(`not seconds or tenths: ${seconds}`);
  if (tenths > 0 && tenths < 10) return `${tenths * 100}ms`;
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor((tenths % 36_000) / 600);
  const rest = (tenths % 600) / 10;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
