import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALLOW_ALL,
  type CommandRequest,
  type EngineEvent,
  eventJson,
  Fault,
  type Log,
  readManifest,
  type Secrets,
  silentLog,
} from "@holdfast/core";
import { Engine } from "@holdfast/engine";
import { sha256 } from "@holdfast/host";
import { openLedger } from "@holdfast/ledger";
import { createStandardCatalog } from "@holdfast/resources";
import {
  type Behaviour,
  createSimulatedHost,
  seededRandom,
  type SimulatedEnding,
  simulatedSecrets,
  VirtualClock,
} from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { createPublishedEvents } from "../control/published-events.ts";
import { resourceJson } from "../control/status-json.ts";
import { loadDesired } from "../desired.ts";
import type { SecretsSource } from "./secrets-source.ts";

const MINUTE_MS = 60_000;
const UNSTOPPED = new AbortController().signal;

const HEAD = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: all }\nresources:\n";

/** Every field of every kind that can hold a secret, and one resource that knows nothing of them. */
const MANIFEST = `${HEAD}  - kind: file
    name: /app.conf
    spec:
      content: { $concat: ["user=app\\npassword=", { $secret: db.one }, "\\n", { $secret: two }] }
      mode: "0600"
      backup: true
      validate: [leak, "%s"]
  - { kind: file, name: /plain, spec: { content: "plain\\n" } }
  - { kind: file, name: /shared, spec: {} }
  - { kind: file, name: /shared.json, spec: {} }
  - kind: line
    name: one line
    spec: { path: /shared, line: { $concat: [token=, { $secret: db.one }] }, match: ^token= }
  - kind: line
    name: a block
    spec: { path: /shared, block: { marker: m, text: { $secret: two } } }
  - kind: json-field
    name: field
    spec: { path: /shared.json, create: true, field: a.b, value: { deep: [{ $secret: two }] } }
  - kind: exec
    name: leak
    spec: { command: [leak], unless: [leak, check], env: { P: { $secret: db.one } }, stdin: { $secret: two }, retries: 1 }
  - kind: exec
    name: other
    spec: { command: [leak], creates: /never }
`;

/** How a program may print what it knows. */
const PRINT: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify({ text }),
  (text) => Buffer.from(text).toString("base64"),
  (text) => `${"x".repeat(64 * 1024 - 3)}${text}`,
  (text) => `line\n${text}\n${text} \u001b[0m`,
  (text) => encodeURIComponent(text),
];

const anyOperation = fc.record({
  operation: fc.constantFrom("tamper", "reload", "fail", "break", "wait"),
  path: fc.constantFrom("/app.conf", "/shared", "/shared.json", "/plain"),
  print: fc.nat(PRINT.length - 1),
  at: fc.nat(9),
});

test("B4: no outlet of an agent shows a secret, whatever programs print and others write", async () => {
  const anySecret = fc
    .string({ unit: "grapheme-ascii", minLength: 10, maxLength: 24 })
    .filter((text) => new Set(text).size > 5 && !/[\r\n]/.test(text) && text.trim() === text);
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySecret, { minLength: 3, maxLength: 3 }),
      fc.array(anyOperation, { maxLength: 8 }),
      live,
    ),
    { numRuns: 60 },
  );
});

test("B4: output of a program is redacted before it is cut short or made fit for a terminal", async () => {
  const secret = "hunter2-hunter3-hunter4";
  const half = secret.length / 2;
  const outputs = [
    `${secret}${"x".repeat(2000 - Math.floor(half))}`,
    `${"x".repeat(64 * 1024 - Math.floor(half))}${secret}`,
    `hunter2\u001b ${secret.slice(0, 7)}\n${secret}`,
  ];
  for (const stdout of outputs) {
    const message = await failureOf({ exitCode: 1, stdout }, secret);
    assert.match(message, /leak ended with exit code 1/);
    assert.doesNotMatch(message, /hunter3|hunter4|ter2-/);
  }
});

/** What an exec is reported to have failed with. */
async function failureOf(ending: SimulatedEnding, secret: string): Promise<string> {
  const resource =
    "  - { kind: exec, name: x, spec: { command: [leak], unless: [check], stdin: { $secret: a } } }\n";
  const programs = { leak: () => ending, check: () => ({ exitCode: 1 }) };
  const rig = await openRig(`${HEAD}${resource}`, programs);
  await rig.load({ a: secret });
  const { results } = await rig.clock.finish(rig.engine.converge(UNSTOPPED));
  return results[0]?.fault?.message ?? "";
}

/** An agent's engine on a simulated machine, with everything that leaves it. */
async function openRig(text: string, programs: Readonly<Record<string, Behaviour>>) {
  const left: string[] = [];
  const [clock, disk] = [new VirtualClock(), new SimulatedLogDisk()];
  const [log, random, catalog] = [logInto(left), seededRandom(1), createStandardCatalog()];
  const host = createSimulatedHost({ clock, log, programs });
  const { calls } = disk;
  const ledger = await openLedger({ calls, path: "/ledger", random, log }, UNSTOPPED);
  const published = createPublishedEvents(clock);
  const events = (event: EngineEvent): void => {
    left.push(...shown(event));
    published.tell(event);
  };
  const { conditions, probes } = host;
  const parts = { clock, random, log, catalog, host, conditions, probes, ledger, events };
  const rest = {
    agentId: "outlets",
    refusalOf: () => undefined,
    policy: ALLOW_ALL,
    mode: "enforce",
  } as const;
  const engine = new Engine({ ...parts, ...rest }, { retryBaseMs: 1000 });
  const source = {
    describe: "m.yaml",
    load: async () =>
      readManifest([{ file: "m.yaml", text, format: "yaml" }], { catalog, hash: sha256 }),
  };
  const load = async (values: Readonly<Record<string, string>>): Promise<void> => {
    const secrets = sourceOf(simulatedSecrets(values));
    const desired = await loadDesired({ source, catalog, log, secrets }, UNSTOPPED);
    const { manifest, graph, diagnostics, secrets: opened } = desired;
    left.push(JSON.stringify([manifest, manifest.digest, diagnostics, graph.resources]));
    await engine.load({ graph, generation: 1, ...(opened && { secrets: opened }) });
  };
  return { left, clock, disk, host, published, engine, load };
}

interface Operation {
  readonly operation: string;
  readonly path: string;
  readonly print: number;
  readonly at: number;
}

async function live(texts: readonly string[], operations: readonly Operation[]): Promise<void> {
  let print = PRINT[0] ?? String;
  /** What was a secret so far. */
  const known = new Set<string>();
  const programs = { leak: (request: CommandRequest) => leak(request, [...known], print) };
  const { left, clock, disk, host, published, engine, load } = await openRig(MANIFEST, programs);
  const loadAt = async (at: number): Promise<void> => {
    const values = { "db.one": texts[at % 3] ?? "", two: texts[(at + 1) % 3] ?? "" };
    for (const text of Object.values(values)) known.add(text);
    await load(values);
  };
  await loadAt(0);
  left.push(JSON.stringify(await engine.plan(UNSTOPPED)));
  const stop = new AbortController();
  const served = engine.serve({}, stop.signal);
  await clock.advance(MINUTE_MS);
  for (const { operation, path, print: how, at } of operations) {
    print = PRINT[how] ?? String;
    const text = [...known][at % known.size] ?? "";
    if (operation === "tamper") host.kernel.tamper.write(path, `token=${text}\n${print(text)}`, {});
    if (operation === "break") host.kernel.tamper.write("/shared.json", `{"a": ${text}`, {});
    if (operation === "fail") host.kernel.injection.fail({ call: /rename|write/ }, "EIO");
    if (operation === "reload") await loadAt(at);
    else engine.hintAll("operator");
    await clock.advance(MINUTE_MS);
    left.push(...engine.statuses().map((status) => JSON.stringify(resourceJson(status, clock))));
  }
  stop.abort();
  left.push(JSON.stringify(await clock.finish(served)), disk.text());
  left.push(JSON.stringify(published.stream.since(undefined)));
  for (const each of left) check(each, known);
}

function sourceOf(secrets: Secrets): SecretsSource {
  const value = { describe: "memory", paths: [...secrets.all.keys()], secrets };
  return { isNamed: false, open: async () => ({ value, diagnostics: [] }) };
}

/** A program that prints all it knows, and sometimes throws it. */
function leak(request: CommandRequest, texts: readonly string[], print: (text: string) => string) {
  const stdout = [request.env["P"] ?? "", request.stdin ?? "", ...texts].map(print).join("\n");
  if (request.argv[1] === "check" && stdout.length % 7 === 0) {
    const message = `leak said ${stdout}`;
    throw new Fault({ reason: "HostFailed", message, resolution: stdout });
  }
  const isFailing = request.argv[1] === "check" || stdout.length % 3 === 0;
  return { exitCode: isFailing ? 1 : 0, stdout, stderr: isFailing ? stdout : "" };
}

function shown(event: EngineEvent): readonly string[] {
  const json = eventJson(event, { reader: { uid: 0 }, at: "" });
  return [JSON.stringify(event), JSON.stringify(json ?? {})];
}

function logInto(left: string[]): Log {
  const write: Log["info"] = (message, fields) =>
    void left.push(JSON.stringify([message, fields ?? {}]));
  return { ...silentLog, debug: write, info: write, warn: write, error: write };
}

function check(left: string, texts: Iterable<string>): void {
  for (const text of texts) {
    const escaped = JSON.stringify(text).slice(1, -1);
    const forms = [text, escaped, JSON.stringify(escaped).slice(1, -1), encodeURIComponent(text)];
    for (const form of [...forms, Buffer.from(text).toString("base64")]) {
      const at = left.indexOf(form);
      assert.ok(at < 0, `${form} in …${left.slice(Math.max(0, at - 300), at + 100)}`);
    }
  }
}
