const BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);
/** What may stand in a literal; the parser of URLs judges the rest. */
const IPV6 = /^[0-9a-f:.]+$/i;

/**
 * The one form of an IP address, by which two are compared; `undefined` when it is none that resolvers take: short forms
 * of IPv4, leading zeros and zones are not.
 */
export function addressKey(text: string): string | undefined {
  if (IPV4.test(text)) return text;
  if (!text.includes(":") || !IPV6.test(text)) return undefined;
  const literal = `http://[${text}]/`;
  return URL.canParse(literal) ? new URL(literal).hostname : undefined;
}

/** Whether two texts are the same address; what is none is only the same as itself. */
export function isSameAddress(one: string, other: string): boolean {
  return (addressKey(one) ?? one) === (addressKey(other) ?? other);
}
