import { normalAddress, type PublishedPort } from "@holdfast/core";

const PORT =
  /^(?:(?:\[(?<six>[0-9A-Fa-f:.]{2,45})\]|(?<four>\d{1,3}(?:\.\d{1,3}){3})):)?(?<outside>\d{1,5}):(?<inside>\d{1,5})(?:\/(?<protocol>tcp|udp|sctp))?$/;
const MAX_PORT = 65_535;

/** A published port; `undefined` for a text that is none: never a port or an address beside what was meant. */
export function parsePort(text: string): PublishedPort | undefined {
  const { six, four, outside, inside, protocol } = PORT.exec(text)?.groups ?? {};
  const hostPort = Number(outside);
  const containerPort = Number(inside);
  if (!isPort(hostPort) || !isPort(containerPort)) return undefined;
  const written = six ?? four;
  // Another spelling is no other port, and no reason to replace a container.
  const address = written === undefined ? undefined : normalAddress(written);
  if (written !== undefined && address === undefined) return undefined;
  return {
    ...(address === undefined ? {} : { address }),
    hostPort,
    containerPort,
    protocol: protocol === "udp" || protocol === "sctp" ? protocol : "tcp",
  };
}

/** The one way to write it. */
export function formatPort({ address, hostPort, containerPort, protocol }: PublishedPort): string {
  const at = address === undefined ? "" : `${address.includes(":") ? `[${address}]` : address}:`;
  return `${at}${hostPort}:${containerPort}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= MAX_PORT;
}
