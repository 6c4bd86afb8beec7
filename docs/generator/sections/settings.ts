import { code, codes, table } from "../markdown";
import type { Subject } from "../platform";
import { type SettingsKey, settingsKeys } from "../settings-keys";

/** The keys of an environment's file that are about the component. */
export function settings({ name, records }: Subject): string {
  const services = records.flatMap((record) => record.services.map((service) => service.name));
  const published = records
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ operatorPort }) => operatorPort !== undefined);
  const sizes = [...new Set([name, ...services])].map((one) => (/^\w+$/.test(one) ? one : `"${one}"`));
  return table(
    ["key", "what it says"],
    [
      ...rowsOf(settingsKeys(name)).map(({ keys, comment }) => [codes(keys), comment]),
      [codes(sizes.map((one) => `sizes.${one}`)), "Cores and memory, over what is in the table of sizes."],
      ...published.map(({ id, operatorPort }) => [
        code(`ports["${id}"]`),
        `The published port. Default ${operatorPort}, plus \`portOffset\`.`,
      ]),
      [code("components.without"), `An environment that lists ${code(name)} there does not have it.`],
    ],
  );
}

/** A key without a comment shares that of the key above it. */
function rowsOf(keys: readonly SettingsKey[]): { keys: string[]; comment: string }[] {
  const rows: { keys: string[]; comment: string }[] = [];
  for (const { key, comment } of keys) {
    const last = rows.at(-1);
    if (comment === "" && last) last.keys.push(key);
    else rows.push({ keys: [key], comment });
  }
  return rows;
}
