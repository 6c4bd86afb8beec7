/**
 * Protects literal text from Terraform, which reads `${` and `%{` as templates in every string.
 * The only place that does so.
 */
export function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}
