/** What an X.509 certificate says of itself. */
export interface CertificateFacts {
  /** Of whom it is, on one line, e.g. `CN=Example Root`. */
  readonly subject: string;
  /** The last second it is valid, as ISO 8601. */
  readonly validTo: string;
  readonly isExpired: boolean;
  /** Its basic constraints say that it may sign others. */
  readonly isAuthority: boolean;
}

/** Reads certificates; nothing of the machine is asked but the time. */
export interface Certificates {
  /** Of one certificate as PEM; `undefined` for what is none. */
  read(pem: string): CertificateFacts | undefined;
}
