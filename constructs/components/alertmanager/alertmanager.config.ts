import { z } from "zod";
import { groupNames } from "../../../config/components";
import { checked, textField } from "../../../config/fields";

const severities = ["critical", "warning"] as const;

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

const mailAddress = textField("an e-mail address, for example ops@example.com", /^[^@\s",;]+@[^@\s",;]+$/);

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
    server: textField("a mail server as host:port, for example smtp.example.com:587", /^[A-Za-z0-9.-]+:\d{1,5}$/),
    user: textField("the name of an account at the mail server, for example datalab", /^[A-Za-z0-9._+@-]+$/).optional(),
  }),
  /** Without a `url`, the secret `alertmanager.<name>-url` holds it. */
  z.strictObject({
    kind: z.literal("webhook"),
    ...chosen,
    url: textField(
      "an http or https URL, for example http://192.0.2.7:8080/alerts",
      /^https?:\/\/[^\s"$%\\]+$/,
    ).optional(),
  }),
]);

/** Who is told of alerts. Default: nobody; then alerts are on the pages of Prometheus and Alertmanager only. */
export const alertSettings = checked(
  z.strictObject({
    receivers: z.array(receiver).describe("a list of receivers, each an object with a kind and a name").default([]),
  }),
  ({ receivers }) =>
    receivers.flatMap(({ name }, index) =>
      receivers.findIndex((other) => other.name === name) === index
        ? []
        : [{ path: ["receivers", index, "name"], allowed: "a name that no other receiver has" }],
    ),
).prefault({});

export type AlertSettings = z.output<typeof alertSettings>;
export type Receiver = AlertSettings["receivers"][number];
