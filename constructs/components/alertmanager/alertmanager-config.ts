import type { Secret } from "../../core/reference";
import { hasSecret, type Receiver, shown } from "./alertmanager.config";

/**
 * The configuration of Alertmanager.
 *
 * @param fileOf where the secret of a receiver is
 */
export function alertmanagerConfig(receivers: readonly Receiver[], fileOf: (receiver: Receiver) => string): object {
  return {
    route: {
      receiver: shown,
      group_by: ["alertname", "component"],
      // Short, so that somebody hears within a minute; what fails together comes together all the same.
      group_wait: "5s",
      group_interval: "30s",
      repeat_interval: "4h",
      routes: receivers.map((receiver) => ({
        receiver: receiver.name,
        matchers: [
          `severity=~"${receiver.severities.join("|")}"`,
          ...(receiver.groups ? [`group=~"${receiver.groups.join("|")}"`] : []),
        ],
        // Several may be told of the same alert.
        continue: true,
      })),
    },
    inhibit_rules: [
      { source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: ["component"] },
    ],
    receivers: [{ name: shown }, ...receivers.map((receiver) => written(receiver, fileOf(receiver)))],
  };
}

/** The secret of a receiver in words: what of its name, and what it holds; undefined where it has none. */
export function secretOfReceiver(receiver: Receiver): { name: string; format: Secret["format"] } | undefined {
  const { kind, name } = receiver;
  if (!hasSecret(receiver)) return undefined;
  return kind === "email"
    ? { name: `${name}-password`, format: { given: "text" } }
    : { name: `${name}-url`, format: { given: "url" } };
}

function written(receiver: Receiver, file: string): object {
  const { name } = receiver;
  const told = { send_resolved: true };
  switch (receiver.kind) {
    case "slack":
      return { name, slack_configs: [{ ...told, channel: receiver.channel, api_url_file: file }] };
    case "email":
      return {
        name,
        email_configs: [
          {
            ...told,
            to: receiver.to.join(", "),
            from: receiver.from,
            smarthost: receiver.server,
            ...(receiver.user === undefined ? {} : { auth_username: receiver.user, auth_password_file: file }),
          },
        ],
      };
    case "webhook":
      return {
        name,
        webhook_configs: [{ ...told, ...(receiver.url === undefined ? { url_file: file } : { url: receiver.url }) }],
      };
  }
}
