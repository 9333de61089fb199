import type { ClientRequest } from "node:http";
import type { TraceTarget } from "./trace-target.ts";

/**
 * Posts a body and resolves to the status of the answer; what the answer says is not read. Redirections are not followed,
 * so that headers go to no other host.
 * @throws when no answer comes within the target's time, or the signal is aborted.
 */
export function postJson(
  { url, headers, timeoutMs }: TraceTarget,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    // Not by import: that would load fetch, WebSocket and HTTP/2 with it, 13 MB for unused code.
    const { request: send } = process.getBuiltinModule(
      url.protocol === "https:" ? "node:https" : "node:http",
    );
    const length = Buffer.byteLength(body);
    const sent: ClientRequest = send(
      url,
      {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", "content-length": length },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        agent: false,
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sent.on("error", reject).end(body);
  });
}
