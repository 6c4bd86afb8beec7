import { Tokenization } from "cdktf";

/**
 * A template that yields nothing. It separates two characters that Terraform would otherwise read together,
 * and, unlike an interpolation, has no quotes that would break inside JSON.
 */
const nothing = "%{ if true }%{ endif }";

/** A placeholder of cdktf with the dollar signs in front of it, a text that looks like one, or the start of a template. */
const special = /(\$*)(\$\{TfToken\[[\w:.-]+\]\})|[$#&]\{(?=TfToken\[)|[$%](?=\{)/g;

/**
 * Protects literal text from Terraform, which reads `${` and `%{` as templates in every string, and from
 * cdktf, which fails on what looks like one of its placeholders. The only place that does so.
 * Real placeholders stay as they are, for they become references.
 */
export function literal(text: string): string {
  return text.replaceAll(special, (match: string, dollars?: string, placeholder?: string) => {
    if (placeholder !== undefined) {
      const before = dollars ?? "";
      if (!isPlaceholder(placeholder)) return `${before}$\${${nothing}${placeholder.slice(2)}`;
      // "$${" would be the escape for a literal "${".
      return before === "" ? placeholder : before + nothing + placeholder;
    }
    if (match === "${") return `$\${${nothing}`;
    return match.length === 2 ? `${match.slice(0, 1)}${nothing}{` : match + match;
  });
}

function isPlaceholder(text: string): boolean {
  try {
    Tokenization.reverseString(text);
    return true;
  } catch {
    // cdktf throws for a key that it has not given out, and has no other way to ask.
    return false;
  }
}
