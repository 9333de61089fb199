import { abortFault, type Clock, type Downloads, Fault } from "@holdfast/core";

/** Redirects followed before the answer counts as a loop; what browsers use is 20, a file needs fewer. */
const MOST_REDIRECTS = 10;

type Request = Parameters<Downloads["stream"]>[0];

/**
 * Fetches over HTTP and HTTPS. A redirect may lead from http to https and to nothing else; the body is bounded while
 * it is read; the caller checks the digest. A fault names a URL without its user, password and query.
 */
export function createDownloads(options: { readonly clock: Clock }): Downloads {
  return {
    async *stream(request, signal) {
      const deadline = new AbortController();
      const cancel = options.clock.schedule(request.timeoutMs, () => {
        deadline.abort(timeoutFault(request));
      });
      const either = AbortSignal.any([signal, deadline.signal]);
      try {
        yield* fetchBody(request, either);
      } catch (error) {
        if (either.aborted) throw abortFault(either);
        throw error instanceof Fault ? error : unavailable(request.url, causeOf(error), error);
      } finally {
        cancel();
      }
    },
  };
}

async function* fetchBody(request: Request, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const response = await followRedirects(request.url, signal);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw unavailable(request.url, `the server answered ${response.status}`);
  }
  yield* readBounded(request, response.body);
}

async function followRedirects(from: string, signal: AbortSignal): Promise<Response> {
  let url = parseUrl(from, from);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    // Identity, because the digest is of the bytes that are stored and a bound on inflated bytes protects nobody.
    const response = await fetch(url, {
      redirect: "manual",
      signal,
      headers: { "accept-encoding": "identity" },
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    const next = parseUrl(location, from, url);
    if (url.protocol === "https:" && next.protocol !== "https:") {
      throw unavailable(from, `it redirects from https to ${shown(next.href)}`);
    }
    url = next;
  }
  throw unavailable(from, `it redirects more than ${MOST_REDIRECTS} times`);
}

function parseUrl(text: string, from: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw unavailable(from, "it is not a URL, or redirects to what is not one");
  if (url.username !== "" || url.password !== "") {
    throw unavailable(from, "a URL with a user or password in it is not used");
  }
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  const what = base === undefined ? "its scheme is" : "it redirects to the scheme";
  throw unavailable(from, `${what} ${url.protocol.slice(0, -1)}, not http or https`);
}

async function* readBounded(
  request: Request,
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let sizeBytes = 0;
  // Leaving the loop by a throw cancels the body.
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > request.maxBytes) throw tooLarge(request);
    yield chunk;
  }
}

function unavailable(url: string, why: string, cause?: unknown): Fault {
  return new Fault({
    reason: "ContentUnavailable",
    message: `${shown(url)} cannot be fetched: ${why}`,
    resolution: "Check the URL, and that this host can reach it.",
    cause,
  });
}

function tooLarge(request: Request): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${shown(request.url)} is longer than ${request.maxBytes} bytes`,
    resolution: "Serve a smaller file, or have a package or an exec resource fetch it.",
  });
}

function timeoutFault(request: Request): Fault {
  return new Fault({
    reason: "ContentUnavailable",
    message: `${shown(request.url)} was not fetched within ${request.timeoutMs} ms`,
    resolution: "Check that the server answers, or allow more time.",
  });
}

function shown(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "the URL" : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

// fetch says "fetch failed" and keeps the reason one level down.
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
