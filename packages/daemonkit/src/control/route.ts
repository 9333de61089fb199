import type { Peer } from "../native/peer.ts";
import type { DaemonFault, DaemonFaultData } from "../daemon-fault.ts";
import type { RouteAccess } from "./clients/access.ts";
import type { EventStream } from "./event-stream.ts";
import { jsonPieces } from "./json-pieces.ts";

/** What a route of a component may be asked by. */
export type RouteMethod = "GET" | "POST" | "PUT" | "DELETE";

/** A part of the daemon that answers under `/<name>` and `/<name>/…`. */
export interface Component {
  /** Lower-case letters, digits and hyphens; not `health` or `status`. */
  readonly name: string;
  readonly routes: readonly Route[];
}

/** One path of a component. */
export interface Route {
  readonly method: RouteMethod;
  /**
   * Below the component, without a leading slash: `""`, `why`, `:id`, `:id/why`. A part with a colon takes any one
   * part, which the client encodes with encodeURIComponent. The first route that fits is taken.
   */
  readonly path: string;
  /** Default: `read` for GET, `act` for the others. */
  readonly access?: RouteAccess;
  /** Answers; whatever is thrown becomes an error reply. The signal ends with the connection or the daemon. */
  respond(request: ControlRequest, signal: AbortSignal): Reply | Promise<Reply>;
}

/** What a route gets of a request. */
export interface ControlRequest {
  readonly method: string;
  /** By the names after the colons, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Who asks; `undefined` where the platform cannot tell. */
  readonly peer: Peer | undefined;
  /** The most that the client may do. */
  readonly right: RouteAccess;
  /**
   * Runs a part of the work, a few milliseconds at best, and lets others go first in between: what takes longer is best done
   * in parts. Readers get a fifth of the time, all of them together.
   * @throws {DaemonFault} RequestAborted, when the client is gone; whatever the work throws.
   */
  turn<T>(work: () => T): Promise<T>;
  /**
   * The body as text.
   * @throws {DaemonFault} BodyTooLarge, above 1 MiB; RequestAborted.
   */
  readBody(): Promise<string>;
}

/** An answer. */
export type Reply =
  | { readonly type: "json"; readonly value: unknown; readonly status: number }
  | { readonly type: "text"; readonly text: string; readonly contentType: string }
  | { readonly type: "pieces"; readonly pieces: Iterable<string>; readonly contentType: string }
  | { readonly type: "events"; readonly stream: EventStream };

/** A JSON answer; 200 unless said otherwise. */
export function jsonReply(value: unknown, status = 200): Reply {
  return { type: "json", value, status };
}

/** A JSON answer with a list that may be long: see `jsonPieces`. */
export function jsonListReply(
  head: Readonly<Record<string, unknown>>,
  list: { readonly name: string; readonly items: Iterable<unknown> },
): Reply {
  return { type: "pieces", pieces: jsonPieces(head, list), contentType: "application/json" };
}

/** An answer as it is. Default: plain text. */
export function textReply(text: string, contentType = "text/plain; charset=utf-8"): Reply {
  return { type: "text", text, contentType };
}

/** Server-sent events: what the client missed since its `Last-Event-ID` (or `?from=`), then whatever comes. */
export function eventsReply(stream: EventStream): Reply {
  return { type: "events", stream };
}

/** Statuses of faults by their reasons; any other is 500. */
const STATUSES: Readonly<Record<string, number>> = {
  RequestInvalid: 400,
  RequestAborted: 400,
  InputInvalid: 400,
  NotPermitted: 403,
  PeerUnknown: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  BodyTooLarge: 413,
  TooManyClients: 503,
  Stopping: 503,
};

/** The answer to a failure: `{ "error": { "reason", "message", "resolution" } }`. */
export function faultReply(fault: DaemonFault): Reply {
  const error: DaemonFaultData = fault.toJSON();
  return jsonReply({ error }, STATUSES[fault.reason] ?? 500);
}
