import type { IncomingMessage, ServerResponse } from "node:http";
import { unreachable } from "../assert.ts";
import type { Clock } from "../clock.ts";
import { type DaemonFault, toDaemonFault } from "../daemon-fault.ts";
import type { Log } from "../log.ts";
import { type AccessRules, type KnownPeer, refuseAccess } from "./access.ts";
import { readBody } from "./read-body.ts";
import { faultReply, type Reply, type Route } from "./route.ts";
import type { Router } from "./router.ts";
import { PacedResponse } from "./paced-response.ts";
import { serveEvents } from "./serve-events.ts";

/** A request, where its answer goes, and who asks. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly asking: KnownPeer;
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

/** Answers a request; whatever goes wrong becomes an answer too. Never rejects. */
export async function answer(exchange: Exchange, deps: AnswerDeps): Promise<void> {
  const { request, response } = exchange;
  const { log } = deps;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
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
    // What was to be sent cannot be written down as JSON, or the connection broke in the middle.
    const fault = toDaemonFault(error);
    log.error(`${request.method} ${request.url} was not answered: ${fault.message}`, {
      reason: "ReplyFailed",
      error: { ...fault.toJSON() },
    });
    if (response.headersSent) response.destroy();
    else await send(faultReply(fault), { ...exchange, ...deps, gone: gone.signal });
  } finally {
    deps.requests.removeEventListener("abort", onCut);
  }
}

async function respond(exchange: Exchange, deps: AnswerDeps, signal: AbortSignal): Promise<Reply> {
  const { request, response, asking } = exchange;
  const { path, query } = addressOf(request);
  try {
    const { method = "GET" } = request;
    const { route, parameters } = deps.router.find(method, path);
    refuse(route, exchange, deps);
    const peer = asking.type === "known" ? asking.peer : undefined;
    const asked = { method, parameters, query, peer, readBody: () => readBody(request) };
    return await route.respond(asked, signal);
  } catch (error) {
    const fault = toDaemonFault(error);
    if (fault.reason === "MethodNotAllowed") {
      response.setHeader("allow", deps.router.methodsOf(path).join(", "));
    }
    // What is left of the body would be taken for the next request.
    if (!request.complete) response.setHeader("connection", "close");
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
      const text = `${JSON.stringify(reply.value ?? null)}\n`;
      return end(sending, { status: reply.status, contentType: "application/json", text });
    }
    case "text":
      return end(sending, { status: 200, ...reply });
    case "events": {
      const { request, response, clock } = sending;
      const { query } = addressOf(request);
      return serveEvents(reply.stream, { request, response, query, clock }, sending.streams);
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

/** The path and the query, apart; no part of the address is the address of another machine here. */
function addressOf({ url = "/" }: IncomingMessage): { path: string; query: URLSearchParams } {
  const at = url.indexOf("?");
  if (at < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

/** What a client did wrong is its own affair; what went wrong here is ours. */
function logFailure({ request }: Exchange, fault: DaemonFault, log: Log): void {
  const fields = { reason: fault.reason, error: { ...fault.toJSON() } };
  const message = `${request.method} ${request.url}: ${fault.message}`;
  const reply = faultReply(fault);
  const isOurs = reply.type === "json" && reply.status >= 500;
  if (isOurs) log.error(message, fields);
  else log.debug(message, fields);
}
