import { assert } from "../unreachable.ts";
import type { HostReader, HostWriter, PortName } from "../ports/host.ts";
import { readerOf } from "./reader-of.ts";

/** A kind, as far as its ports go. */
interface PortUser {
  readonly kind: string;
  readonly ports: readonly PortName[];
}

/**
 * The part of the host that each kind may use: the ports that it lists, and no others. An observing kind gets an object
 * without methods that write. Every port of every kind comes out of here, once for each kind.
 */
export class KindPorts {
  readonly #host: HostWriter;
  readonly #reader: HostReader;
  readonly #readers = new Map<PortUser, HostReader>();
  readonly #writers = new Map<PortUser, HostWriter>();

  /** `host` lets no secret out. */
  constructor(host: HostWriter) {
    this.#host = host;
    this.#reader = readerOf(host);
  }

  /** For observing, watching and finding tasks. */
  readerFor(kind: PortUser): HostReader {
    return remembered(this.#readers, kind, () => restricted(this.#reader, kind));
  }

  /** For an apply or a refresh. */
  writerFor(kind: PortUser): HostWriter {
    return remembered(this.#writers, kind, () => restricted(this.#host, kind));
  }
}

function remembered<T>(known: Map<PortUser, T>, kind: PortUser, make: () => T): T {
  const before = known.get(kind);
  if (before !== undefined) return before;
  const made = make();
  known.set(kind, made);
  return made;
}

/** The same host, of which a kind can reach only what it lists: anything else is a mistake of the kind, and says so. */
function restricted<Host extends HostReader>(host: Host, kind: PortUser): Host {
  const listed: ReadonlySet<PropertyKey> = new Set<PortName>(kind.ports);
  return new Proxy(host, {
    get(target, name) {
      const isListed = !(name in target) || listed.has(name);
      assert(isListed, `the kind ${kind.kind} uses the port ${String(name)} and does not list it`);
      return Reflect.get(target, name);
    },
  });
}
