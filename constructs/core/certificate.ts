import { Secret } from "./reference";
import { type CertificatePart, type CertificateRequest, type CertificateUsage, storePasswordId } from "./secret-format";

/**
 * A certificate from the environment's own authority. Its files are secrets: a service gets those that it refers to.
 * It is made when it is needed first, and renewed before it ends.
 */
export class Certificate implements CertificateRequest {
  readonly id: string;
  /** Key and chain in one PEM file. */
  readonly bundle: Secret;

  /**
   * @param names DNS names and IP addresses for which it is valid; the first is also the common name
   * @param register makes a secret known to the environment
   */
  constructor(
    readonly owner: Secret["owner"],
    readonly name: string,
    readonly names: readonly string[],
    readonly usage: CertificateUsage,
    private readonly register: (secret: Secret) => Secret,
  ) {
    this.id = new Secret(owner, name, "password").id;
    this.bundle = this.part("bundle");
  }

  /** The certificate and those up to the authority, PEM. */
  get chain(): Secret {
    return this.part("chain");
  }
  /** The private key, PKCS8 in PEM without a password. */
  get key(): Secret {
    return this.part("key");
  }
  /** Certificates of the environment's authority, PEM: what to trust. While the authority is renewed there are two. */
  get authority(): Secret {
    return this.part("authority");
  }
  /** Key and chain in PKCS12, under the alias `<id>`. */
  get keyStore(): Secret {
    return this.part("key-store");
  }
  /** The authority in PKCS12, marked so that Java trusts it. */
  get trustStore(): Secret {
    return this.part("trust-store");
  }
  /** Opens both stores. */
  get storePassword(): Secret {
    return this.register(this.storeSecret());
  }

  private storeSecret(): Secret {
    return new Secret(this.owner, storePasswordId({ id: this.name }), "password");
  }

  private part(part: CertificatePart): Secret {
    const { id, names, usage } = this;
    if (part.endsWith("-store")) this.register(this.storeSecret());
    const name = part === "bundle" ? this.name : `${this.name}-${part}`;
    return this.register(new Secret(this.owner, name, { certificate: { id, names, usage }, part }));
  }
}
