/**
 * Protects literal text from Terraform, which reads `${` and `%{` as templates in every string.
 * The only place that does so. Placeholders of cdktf stay as they are, for they become references.
 */
export function literal(text: string): string {
  return text.replaceAll(/\$(?=\{(?!TfToken\[))|%(?=\{)/g, (sign) => sign + sign);
}
