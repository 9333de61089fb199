/** Where a connection goes to. */
export interface Endpoint {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}";
const ADDRESS = String.raw`\[(?=[^\]]*:)[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9_.-]{1,15})?\]`;
/** From 1 to 65535, in at most five digits. */
const PORT = String.raw`(?!0+$|6553[6-9]|655[4-9]\d|65[6-9]\d{2}|6[6-9]\d{3}|[7-9]\d{4})\d{1,5}`;

/** `host:port`; an IPv6 address stands in brackets. */
export const ENDPOINT = new RegExp(`^(?<host>${NAME}|${ADDRESS}):(?<port>${PORT})$`);

/** Reads `host:port`. `undefined` when it is not one. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const { host, port } = ENDPOINT.exec(text)?.groups ?? {};
  if (host === undefined) return undefined;
  return { host: host.startsWith("[") ? host.slice(1, -1) : host, port: Number(port) };
}
