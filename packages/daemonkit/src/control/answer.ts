import type { IncomingMessage, ServerResponse } from "node:http";
import { unreachable } from "../assert.ts";
import type { Clock } from "../clock.ts";
import { type DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import type { Log } from "../log.ts";
import { type AccessRules, refuseAccess, rightOf } from "./clients/access.ts";
import { tooManyClients } from "./clients/client-places.ts";
import type { ConnectedClient } from "./clients/connected-clients.ts";
import { PacedResponse } from "./clients/paced-response.ts";
import { readBody } from "./read-body.ts";
import { type ControlRequest, faultReply, type Reply, type Route } from "./route.ts";
import type { Router } from "./router.ts";
import { serveEvents } from "./serve-events.ts";

/** A request, where its answer goes, and who asks. */
export interface Exchange extends ConnectedClient {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What answering needs. */
export interface AnswerDeps {
  readonly router: Router;
  readonly rules: AccessRules;
  readonly log: Log;
  readonly clock: Clock;
  /** Aborted when streams should end. */
  readonly streams: AbortSignal;
  /** Aborted when requests are cut off. */
  readonly requests: AbortSignal;
}

/** So much of an address is logged, in characters. */
const MOST_URL = 200;

/** Answers a request; whatever goes wrong becomes an answer too. Never rejects. */
export async function answer(exchange: Exchange, deps: AnswerDeps): Promise<void> {
  const { request, response } = exchange;
  const { log } = deps;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  // One question, one connection: whoever keeps it takes a place.
  response.setHeader("connection", "close");
  // A client that goes away in the middle is no failure of ours; `close` follows.
  response.on("error", (error) => log.debug(`a client went away: ${error.message}`));
  const onCut = (): void => gone.abort(deps.requests.reason);
  deps.requests.addEventListener("abort", onCut, { once: true });
  try {
    await send(await respond(exchange, deps, gone.signal), {
      ...exchange,
      ...deps,
      gone: gone.signal,
    });
  } catch (error) {
    if (gone.signal.aborted) return;
    // What was to be sent cannot be written down as JSON, or the connection broke in the middle.
    const fault = toDaemonFault(error);
    log.error(
      `${request.method} ${request.url?.slice(0, MOST_URL)} was not answered: ${fault.message}`,
      {
        reason: "ReplyFailed",
        error: { ...fault.toJSON() },
      },
    );
    if (response.headersSent) response.destroy();
    else await send(faultReply(fault), { ...exchange, ...deps, gone: gone.signal });
  } finally {
    deps.requests.removeEventListener("abort", onCut);
  }
}

async function respond(exchange: Exchange, deps: AnswerDeps, signal: AbortSignal): Promise<Reply> {
  const { request, response, asking, place, turns } = exchange;
  const { path, query } = addressOf(request);
  try {
    if (!place.isServed) throw tooManyClients();
    const { method = "GET" } = request;
    const { route, parameters } = deps.router.find(method, path);
    refuse(route, exchange, deps);
    const asked: ControlRequest = {
      method,
      parameters,
      query,
      peer: asking.type === "known" ? asking.peer : undefined,
      right: rightOf(deps.rules, asking) ?? "read",
      turn: (work) => turns.run(work, signal),
      readBody: () => readBody(request),
    };
    return await turns.run(() => route.respond(asked, signal), signal);
  } catch (error) {
    const fault = toDaemonFault(error);
    if (fault.reason === "MethodNotAllowed") {
      response.setHeader("allow", deps.router.methodsOf(path).join(", "));
    }
    logFailure(exchange, fault, deps.log);
    return faultReply(fault);
  }
}

function refuse(route: Route, { request, asking }: Exchange, { rules, log }: AnswerDeps): void {
  const access = route.access ?? (route.method === "GET" ? "read" : "act");
  refuseAccess(access, rules, asking);
  if (access !== "act") return;
  const who = asking.type === "known" ? { uid: asking.peer.uid, pid: asking.peer.pid } : {};
  const what = `${request.method} ${request.url}`;
  log.info(`the control socket was asked to act: ${what}`, { reason: "ControlAction", ...who });
}

interface Sending extends Exchange, AnswerDeps {
  readonly gone: AbortSignal;
}

async function send(reply: Reply, sending: Sending): Promise<void> {
  switch (reply.type) {
    case "json": {
      const write = () => `${JSON.stringify(reply.value ?? null)}\n`;
      const text = await sending.turns.run(write, sending.gone);
      return end(sending, { status: reply.status, contentType: "application/json", text });
    }
    case "text":
      return end(sending, { status: 200, ...reply });
    case "pieces":
      return sendPieces(reply, sending);
    case "events": {
      const { request, response, clock, place, turns } = sending;
      if (!place.startStream()) return send(faultReply(tooManyClients()), sending);
      const { query } = addressOf(request);
      return serveEvents(reply.stream, { request, response, query, clock, turns }, sending.streams);
    }
    default:
      return unreachable(reply);
  }
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

async function end({ request, response, clock, gone }: Sending, answer: Answer): Promise<void> {
  if (response.destroyed) return;
  const body = Buffer.from(answer.text);
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": body.length,
    "cache-control": "no-store",
  });
  const client = new PacedResponse({ response, clock, gone });
  await client.end(request.method === "HEAD" ? Buffer.alloc(0) : body);
}

/** Makes the next piece when the client has taken the last. */
async function sendPieces(
  { pieces, contentType }: Reply & { readonly type: "pieces" },
  { request, response, clock, gone, turns }: Sending,
): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
  const client = new PacedResponse({ response, clock, gone });
  const left = request.method === "HEAD" ? [] : pieces;
  const making = left[Symbol.iterator]();
  const make = () => turns.run(() => making.next(), gone);
  for (let made = await make(); made.done !== true; made = await make()) {
    await client.write(made.value);
  }
  await client.end(Buffer.alloc(0));
}

/** The path and the query, apart; no part of the address is the address of another machine here. */
function addressOf({ url = "/" }: IncomingMessage): { path: string; query: URLSearchParams } {
  const at = url.indexOf("?");
  if (at < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

/** What a client did wrong, and that it came too many or too late, is its own affair; what went wrong here is ours. */
function logFailure({ request }: Exchange, fault: DaemonFault, log: Log): void {
  const fields = { reason: fault.reason, error: { ...fault.toJSON() } };
  const message = `${request.method} ${request.url?.slice(0, MOST_URL)}: ${fault.message}`;
  const reply = faultReply(fault);
  const isOurs = reply.type === "json" && reply.status === 500;
  if (isOurs) log.error(message, fields);
  else log.debug(message, fields);
}
