import { z } from "zod";
import { type Choice, groupNames, hasComponent } from "../../../config/components";
import { isHostAddress, isHostName } from "../../../config/addresses";
import { checked, type Mistake, textField } from "../../../config/fields";

const severities = ["critical", "warning"] as const;

/** The receiver that Alertmanager has anyway: it gets what nobody else is told of, and the alert is on the page. */
export const shown = "shown";

/** Which alerts a receiver gets. */
const chosen = {
  /** Lower-case letters, digits and dashes; a part of the secret's name, where it has one. */
  name: textField("a name of lower-case letters, digits and dashes, for example on-call", /^[a-z][a-z0-9-]{0,30}$/),
  /** Severities that are told. Default: both. */
  severities: z
    .array(z.enum(severities))
    .min(1)
    .describe("a list of critical and warning, or of one of them")
    .default([...severities]),
  /** Groups whose alerts are told. Default: all. */
  groups: z
    .array(z.enum(groupNames))
    .min(1)
    .describe(`a list of one or more of ${groupNames.join(", ")}`)
    .optional(),
};

const mailAddress = textField(
  "an e-mail address, for example ops@example.com",
  /^[^@\s",;:<>()[\]\\]+@[^@\s",;:<>()[\]\\]+$/,
);

const receiver = z.discriminatedUnion("kind", [
  /** The secret `alertmanager.<name>-url` holds the URL of the hook. */
  z.strictObject({
    kind: z.literal("slack"),
    ...chosen,
    channel: textField("a channel of Slack, for example #platform", /^[#@][\p{L}\p{N}._-]+$/u),
  }),
  /** With a `user`, the secret `alertmanager.<name>-password` holds the password for the mail server. */
  z.strictObject({
    kind: z.literal("email"),
    ...chosen,
    to: z.array(mailAddress).min(1).describe("a list of one or more e-mail addresses"),
    from: mailAddress,
    /** The mail server, which has to speak TLS. */
    server: textField("a mail server as host:port, for example smtp.example.com:587", isServer),
    user: textField("the name of an account at the mail server, for example datalab", /^[A-Za-z0-9._+@-]+$/).optional(),
  }),
  /** Without a `url`, the secret `alertmanager.<name>-url` holds it. */
  z.strictObject({
    kind: z.literal("webhook"),
    ...chosen,
    url: textField(
      "an http or https URL without an account, for example http://192.0.2.7:8080/alerts",
      isPublicUrl,
    ).optional(),
  }),
]);

export type Receiver = z.output<typeof receiver>;

/** Who is told of alerts. Default: nobody; then alerts are on the pages of Prometheus and Alertmanager only. */
export const alertSettings = checked(
  z.strictObject({
    receivers: z.array(receiver).describe("a list of receivers, each an object with a kind and a name").default([]),
  }),
  ({ receivers }) => receivers.flatMap((receiver, index) => receiverMistakes(receiver, index, receivers)),
).prefault({});

function receiverMistakes(receiver: Receiver, index: number, all: readonly Receiver[]): Mistake[] {
  const path = (key: string): PropertyKey[] => ["receivers", index, key];
  const { name } = receiver;
  if (name === shown) {
    return [{ path: path("name"), allowed: `a name other than ${shown}, which the platform uses itself` }];
  }
  if (all.findIndex((other) => other.name === name) !== index) {
    return [{ path: path("name"), allowed: "a name that no other receiver has" }];
  }
  if (receiver.kind !== "webhook" || !/^https?:\/\/hooks\.slack\.com\//.test(receiver.url ?? "")) return [];
  return [
    {
      path: path("url"),
      allowed: "a URL that takes Alertmanager's own messages, which Slack does not",
      remedy: `Set kind to "slack" with a channel, and put the URL into the secret alertmanager.${name}-url.`,
    },
  ];
}

/** Whether a receiver has something that nobody else may know. */
export function hasSecret(receiver: Receiver): boolean {
  if (receiver.kind === "slack") return true;
  return receiver.kind === "email" ? receiver.user !== undefined : receiver.url === undefined;
}

/** Receivers that would never hear of anything, because what they wait for is not there. */
export function unheardMistakes(settings: Choice & { readonly alerts: AlertSettings }): Mistake[] {
  const { receivers } = settings.alerts;
  if (receivers.length > 0 && !hasComponent(settings, "alertmanager")) {
    const allowed = "no receivers in an environment without alertmanager, which tells them";
    return [{ path: ["alerts", "receivers"], allowed, remedy: "Keep alertmanager, or remove the receivers." }];
  }
  return receivers.flatMap(({ groups = [] }, index) =>
    groups.flatMap((group, position) =>
      settings.groups.includes(group)
        ? []
        : [
            {
              path: ["alerts", "receivers", index, "groups", position],
              allowed: `groups that the environment has: ${settings.groups.join(", ")}`,
            },
          ],
    ),
  );
}

function isServer(text: string): boolean {
  const [, host = "", port = ""] = /^([^:]+):(\d{1,5})$/.exec(text) ?? [];
  return (isHostName(host) || isHostAddress(host)) && Number(port) >= 1 && Number(port) <= 65_535;
}

/** Whether a text is a URL that everybody may read; one with an account in it is a secret. */
function isPublicUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s"$%\\/]+(\/[^\s"$%\\]*)?$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

export type AlertSettings = z.output<typeof alertSettings>;
