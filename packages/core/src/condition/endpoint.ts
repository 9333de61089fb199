/** Where a connection goes to. */
export interface Endpoint {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

const NAME = /^(?<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})):(?<port>\d{1,5})$/;
const ADDRESS =
  /^\[(?=[^\]]*:)(?<host>[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9_.-]{1,15})?)\]:(?<port>\d{1,5})$/;

/** Reads `host:port`; an IPv6 address stands in brackets. `undefined` when it is not one. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const { host, port } = (NAME.exec(text) ?? ADDRESS.exec(text))?.groups ?? {};
  const number = Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}
