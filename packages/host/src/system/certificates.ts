import { X509Certificate } from "node:crypto";
import type { CertificateFacts, Certificates, Clock } from "@holdfast/core";

/** Certificates whose facts are remembered: each is read at every observation of it. */
const MOST_REMEMBERED = 256;

/** Reads certificates with node:crypto, on the wall clock. */
export function createCertificates({ clock }: { readonly clock: Clock }): Certificates {
  const remembered = new Map<string, LastingFacts | undefined>();
  return {
    read(pem) {
      if (!remembered.has(pem)) {
        if (remembered.size >= MOST_REMEMBERED) remembered.clear();
        remembered.set(pem, parse(pem));
      }
      const facts = remembered.get(pem);
      return facts && { ...facts, isExpired: Date.parse(facts.validTo) < clock.wallMs() };
    },
  };
}

type LastingFacts = Omit<CertificateFacts, "isExpired">;

function parse(pem: string): LastingFacts | undefined {
  try {
    const { subject, validToDate, ca } = new X509Certificate(pem);
    return {
      subject: subject.split("\n").join(", "),
      validTo: validToDate.toISOString(),
      isAuthority: ca,
    };
  } catch {
    // OpenSSL says in many words only that it is none.
    return undefined;
  }
}
