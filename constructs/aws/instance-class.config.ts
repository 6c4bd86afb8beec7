import { textField } from "../../config/fields";

/** A class of machines as AWS names it: service, family and size. Which ones a region has, AWS alone knows. */
export function instanceClass(service: "db" | "cache" | "kafka", allowed: string) {
  return textField(
    allowed,
    new RegExp(`^${service}\\.(z1d|[a-z][2-9][a-z-]*)\\.(micro|small|medium|large|\\d{0,2}xlarge)$`),
  );
}
