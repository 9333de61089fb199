const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;
const LINE_CHARACTERS = 64;

/** The certificates in a text, each as the base64 of its DER, without white space: equal where the certificates are. */
export function certificatesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(BLOCK), ([, body = ""]) => body.replaceAll(/\s/g, ""));
}

/** One certificate as PEM, without whatever a text had around it. */
export function pemOf(der: string): string {
  const lines = der.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** Whether a text has a private key in it, which belongs to nobody's trust. */
export function hasPrivateKey(text: string): boolean {
  return /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text);
}
