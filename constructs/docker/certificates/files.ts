import { rmSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationError } from "../../core/errors";
import { createPrivate, movePrivate, readPrivate } from "../../core/private-files";
import type { CertificateRequest } from "../../core/secret-format";
import { isDue, isFor, issueAuthority, issueLeaf, lifeDays } from "./issue";
import { certificatesIn, isBundle, keyIn } from "./pem";

/** File of an environment's authority: key, certificate, and certificates of earlier ones that still sign something. Ids of secrets have a dot. */
const authorityFile = "authority";

/**
 * The environment's authority, made when it is needed first. When it could end before a new certificate does, it is
 * replaced: the new one signs from then on, and the old one stays trusted until it ends, by when nothing has it any more.
 *
 * @throws ConfigurationError when its file is empty or malformed.
 */
export function ensureAuthority(folder: string, environment: string, now: Date): string {
  const file = join(folder, authorityFile);
  const check = (pem: string): string => {
    if (isBundle(pem)) return pem;
    throw new ConfigurationError(
      `${file} ${pem === "" ? "is empty" : "is not what datalab wrote"}; it has to hold the key and the certificate of the ` +
        `environment's authority. Nothing was changed. Put it back from a backup. Without one, delete the file: ` +
        "the next command makes a new authority and new certificates, and whatever trusted the old one has to be given the new one.",
    );
  };
  return settle(file, check, (known) => {
    if (known === undefined) return issueAuthority(environment, now);
    const [own = "", ...earlier] = certificatesIn(known);
    // Two lives of a certificate: nothing that it signed is left when it ends.
    const valid = (pem: string): boolean => !isDue(pem, 0, now);
    if (isDue(own, (2 * lifeDays.leaf) / lifeDays.authority, now)) {
      return issueAuthority(environment, now) + [own, ...earlier].filter(valid).join("");
    }
    return keyIn(known) + own + earlier.filter(valid).join("");
  });
}

/** A certificate with its key. It is renewed when less than a third of its life remains, or it is for something else. */
export function ensureLeaf(folder: string, request: CertificateRequest, authority: string, now: Date): string {
  return settle(
    join(folder, request.id),
    (pem) => pem,
    (known) =>
      known !== undefined &&
      isBundle(known) &&
      isFor(request, known, certificatesIn(authority)) &&
      !isDue(certificatesIn(known)[0] ?? "", 1 / 3, now)
        ? known
        : issueLeaf(request, authority, now),
  );
}

/**
 * Brings a file up to date. Of several processes that do so at once one decides, and all get the same content:
 * the new one is first made beside the file, where only one can be.
 */
function settle(
  file: string,
  check: (content: string) => string,
  renewed: (known: string | undefined) => string,
): string {
  const read = (path: string): string | undefined => readPrivate(path)?.toString("latin1");
  const known = read(file);
  const content = renewed(known === undefined ? undefined : check(known));
  if (content === known) return content;
  const next = `${file}.next`;
  const ours = createPrivate(next, content);
  // Another process may have been through between our reading and our writing.
  if (ours && read(file) !== known) rmSync(next);
  else adopt(next, file);
  return settle(file, check, renewed);
}

/** Puts a finished new file in place, unless another process has done so. */
function adopt(next: string, file: string): void {
  try {
    movePrivate(next, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
