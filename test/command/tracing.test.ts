import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Scratch } from "./command.ts";

const MAIN = fileURLToPath(new URL("../../apps/holdfast/src/main.ts", import.meta.url));
const RESOURCES = [
  '{ kind: file, name: /a, spec: { content: "hunter2\\n", mode: "0600" } }',
  '{ kind: file, name: /missing/b, spec: { content: "x" } }',
];
/** Prints the address of every module that is loaded. */
const TELLS_MODULES = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from "node:module";
   import { writeSync } from "node:fs";
   registerHooks({ load(url, context, next) { writeSync(2, "loaded " + url + "\\n"); return next(url, context); } });`,
)}`;

type Attributes = readonly {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}[];

/** A span as it was sent, as far as tests read it. */
interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Attributes;
  readonly status?: { readonly code: number };
}

interface SentRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** Applies with some environment, without blocking: the collector is in this process. */
async function apply(scratch: Scratch, environment: Readonly<Record<string, string>>) {
  const source = scratch.manifest(RESOURCES);
  const words = ["--conditions=@holdfast/source", "--import", TELLS_MODULES, MAIN, "apply", source];
  const child = spawn(process.execPath, [...words, "--root", "box", "--detailed-exit-codes"], {
    cwd: scratch.directory,
    env: { PATH: process.env["PATH"], HOME: scratch.directory, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  const loaded = errors.split("\n").filter((line) => line.startsWith("loaded "));
  const said = errors.split("\n").filter((line) => !line.startsWith("loaded "));
  return { code: child.exitCode, output, said: said.join("\n"), loaded };
}

/** A collector on loopback that keeps what it gets. */
function collector() {
  const bodies: string[] = [];
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    asked.push([method, url, headers["content-type"], headers["authorization"]]);
    void text(request).then((body) => {
      bodies.push(body);
      response.end("{}");
    });
  }).listen(0, "127.0.0.1");
  return { server, bodies, asked };
}

const valuesOf = (attributes: Attributes): Readonly<Record<string, string>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

test("traces: a collector on loopback gets one trace for each resource, by OTLP, and no secret", async () => {
  using scratch = new Scratch();
  const { server, bodies, asked } = collector();
  try {
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { code, said, loaded } = await apply(scratch, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20t0ken",
    });
    assert.equal(code, 3, "one failed");
    assert.equal(said, "");
    assert.ok(loaded.some((line) => line.endsWith("/tracing/span-queue.ts")));
    assert.deepEqual(asked, [["POST", "/v1/traces", "application/json", "Bearer t0ken"]]);
    const [body = ""] = bodies;
    assert.doesNotMatch(body, /hunter2|t0ken/);
    const { resourceSpans } = JSON.parse(body) as SentRequest;
    const [source] = resourceSpans;
    assert.ok(source);
    assert.equal(valuesOf(source.resource.attributes)["service.name"], "holdfast");
    const spans = source.scopeSpans.flatMap((scope) => scope.spans);
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    assert.equal(roots.length, 2);
    for (const [id, verdict, code] of [
      ["file:/a", "changed", undefined],
      ["file:/missing/b", "failed", 2],
    ] as const) {
      const reason = code === undefined ? {} : { "holdfast.reason": "NotFound" };
      const expected = { ...named(id, verdict), ...reason };
      const root = roots.find(
        ({ attributes }) => valuesOf(attributes)["holdfast.resource.id"] === id,
      );
      assert.ok(root);
      assert.deepEqual(valuesOf(root.attributes), expected);
      assert.deepEqual([root.name, root.status?.code], ["reconcile", code]);
    }
    const changed = roots.find(
      ({ attributes }) => valuesOf(attributes)["holdfast.verdict"] === "changed",
    );
    const stages = spans.filter(({ parentSpanId }) => parentSpanId === changed?.spanId);
    assert.deepEqual(stages.map(({ name }) => name).toSorted(), [
      "apply",
      "diff",
      "observe",
      "verify",
    ]);
    for (const { traceId, spanId, startTimeUnixNano, endTimeUnixNano } of spans) {
      assert.match(traceId, /^[0-9a-f]{32}$/);
      assert.match(spanId, /^[0-9a-f]{16}$/);
      assert.match(startTimeUnixNano, /^\d{19}$/);
      assert.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano));
    }
  } finally {
    server.close();
  }
});

test("traces: nothing of it is loaded without an endpoint", async () => {
  using scratch = new Scratch();
  const { loaded } = await apply(scratch, { OTEL_SERVICE_NAME: "x" });
  assert.ok(loaded.some((line) => line.includes("/packages/agent/src/local-agent.ts")));
  const tracing = loaded.filter((line) => /\/tracing\/|opentelemetry|node:https/.test(line));
  assert.deepEqual(
    tracing.map((line) => line.split("/").at(-1)),
    ["start-agent-tracing.ts", "start-tracing.ts", "trace-target.ts"],
    "only what reads the variables",
  );
});

test("traces: a collector that is away, refuses, or never answers is no failure", async () => {
  using scratch = new Scratch();
  const deaf = createTcpServer(() => {}).listen(0, "127.0.0.1");
  const angry = createServer((_, response) => response.writeHead(500).end()).listen(0, "127.0.0.1");
  try {
    await Promise.all([once(deaf, "listening"), once(angry, "listening")]);
    const at = (server: typeof deaf) =>
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const [endpoint, why] of [
      ["http://127.0.0.1:9", /ECONNREFUSED/],
      [at(angry), /the answer is 500/],
      [at(deaf), /abort|time/i],
      ["nonsense", /no address/],
    ] as const) {
      const environment = {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_TIMEOUT: "500",
      };
      const { code, said } = await apply(scratch, environment);
      assert.ok(code === 3, said);
      assert.match(said, why);
    }
  } finally {
    deaf.close();
    angry.close();
  }
});

function named(id: string, verdict: string): Readonly<Record<string, string>> {
  return {
    "holdfast.resource.id": id,
    "holdfast.resource.kind": "file",
    "holdfast.verdict": verdict,
  };
}
