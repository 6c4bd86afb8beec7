import type { MetricsLogin } from "../../core/observability";
import { type Secret, toExpr } from "../../core/reference";
import type { FileContent } from "../../core/service-spec";

/** The settings with which a scrape logs in; its secrets are files in `folder`, each by its id. */
export function loginSettings(login: MetricsLogin | undefined, folder: string): object {
  const file = ({ id }: Secret): string => `${folder}/${id}`;
  if (login === undefined) return {};
  if ("bearer" in login) return { authorization: { credentials_file: file(login.bearer) } };
  if ("user" in login) return { basic_auth: { username: login.user, password_file: file(login.password) } };
  const { chain, key, authority } = login.certificate;
  return { tls_config: { cert_file: file(chain), key_file: file(key), ca_file: file(authority) } };
}

/** Secrets as files in `folder`. */
export function secretFiles(secrets: readonly Secret[], folder: string): Record<string, FileContent> {
  return Object.fromEntries(secrets.map((secret) => [`${folder}/${secret.id}`, { content: toExpr(secret) }]));
}

/** The secrets of a log-in. */
export function secretsOf(login: MetricsLogin | undefined): Secret[] {
  if (login === undefined) return [];
  if ("bearer" in login) return [login.bearer];
  if ("user" in login) return [login.password];
  return [login.certificate.chain, login.certificate.key, login.certificate.authority];
}
