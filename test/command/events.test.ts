import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { openEventSeries } from "@holdfast/daemonkit/eventlog";
import { VirtualClock } from "@holdfast/testing";
import { isRoot, type Json, Scratch, Serving } from "./command.ts";

const FILE = '{ kind: file, name: /d/a, spec: { content: "hush\\n", mode: "0600" } }';
const RESOURCES = ['{ kind: directory, name: /d, spec: { mode: "0755" } }', FILE];
const LOG = "var/log/holdfast";
const FIRST = `${LOG}/events-000001.jsonl`;

/** The events that `holdfast events` prints, one JSON object on a line. */
function eventsOf(scratch: Scratch, ...args: readonly string[]): readonly Json[] {
  const { code, stdout, output } = scratch.run("events", [...args, "--out", "json"]);
  assert.equal(code, 0, output);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Json);
}

const typesOf = (events: readonly Json[]): readonly unknown[] => events.map(({ type }) => type);

test("M11: events are read from the log when no agent serves, as the one that served published them", async () => {
  using scratch = new Scratch();
  const published = await serveAndTamper(scratch);
  const read = eventsOf(scratch);
  assert.deepEqual(typesOf(read).slice(0, 1), ["EventLogBegun"]);
  const kept = read.slice(1);
  assert.deepEqual(typesOf(kept), typesOf(published));
  assert.deepEqual(
    kept.map(({ id, status }) => [id, status]),
    published.map(({ id, status }) => [id, status]),
  );
  assert.doesNotMatch(fs.readFileSync(scratch.at(FIRST), "utf8"), /hush/, "private values stay so");
  assert.deepEqual(typesOf(eventsOf(scratch, "--limit", "1")), ["stopped"]);
  assert.deepEqual(eventsOf(scratch, "--since", "2999-01-01"), []);
  assert.equal(eventsOf(scratch, "--since", "1h").length, read.length);
  const { code, output } = scratch.run("events", ["--since", "yesterday"]);
  assert.equal(code, 1);
  assert.match(output, /--since/);
  assert.match(scratch.run("events", ["--since", "1h", "--follow"]).output, /contradict/);
});

test("M11: --verify prints head and count, finds a flipped byte with file and line, and a removed end by the head", async () => {
  using scratch = new Scratch();
  assert.equal(scratch.run("events", ["--verify"]).code, 11, "no log at all");
  await serveAndTamper(scratch);
  const { code, value } = scratch.json("events", ["--verify"]);
  const verdict = Object(value["verdict"]) as Json;
  const text = fs.readFileSync(scratch.at(FIRST), "utf8");
  const lines = text.split("\n").slice(0, -1);
  const { hash } = JSON.parse(lines.at(-1) ?? "") as Json;
  assert.equal(code, 0);
  assert.deepEqual(
    [verdict["type"], verdict["lines"], verdict["files"], verdict["head"], verdict["isFromStart"]],
    ["intact", lines.length, 1, hash, true],
  );
  const head = String(hash);
  assert.match(scratch.run("events", ["--verify"]).output, new RegExp(`the head is ${head}`));
  assert.equal(scratch.run("events", ["--verify", "--expect-head", head]).code, 0);
  fs.writeFileSync(scratch.at(FIRST), `${lines.slice(0, -1).join("\n")}\n`);
  const cut = scratch.run("events", ["--expect-head", head]);
  assert.deepEqual([cut.code, scratch.run("events", ["--verify"]).code], [1, 0]);
  assert.match(cut.output, /lines at the end were removed/);
  const bytes = Buffer.from(text);
  const at = text.indexOf(lines[2] ?? "") + 30;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(scratch.at(FIRST), bytes);
  const flipped = scratch.run("events", ["--verify"]);
  assert.equal(flipped.code, 1);
  assert.match(flipped.output, /events-000001\.jsonl line 3: its hash does not fit/);
  assert.match(flipped.output, /nothing from there on can be relied upon/);
  const json = scratch.json("events", ["--verify"]);
  const broken = Object(json.value["verdict"]) as Json;
  assert.deepEqual(
    [json.code, broken["type"], broken["at"]],
    [1, "broken", { file: "events-000001.jsonl", line: 3 }],
  );
  assert.match(
    scratch.run("events", ["--expect-head", "nonsense"]).output,
    /64 hexadecimal digits/,
  );
});

test("M11: an apply that changes something is on record, one that changes nothing writes nothing", () => {
  using scratch = new Scratch();
  const source = scratch.manifest(RESOURCES);
  assert.equal(scratch.run("apply", [source]).code, 2);
  const before = fs.readFileSync(scratch.at(FIRST), "utf8");
  assert.match(before, /AgentStarted[^]*"Changed"/);
  assert.equal(fs.statSync(scratch.at(FIRST)).mode & 0o7777, 0o640);
  assert.equal(scratch.run("apply", [source]).code, 0);
  assert.equal(fs.readFileSync(scratch.at(FIRST), "utf8"), before);
  fs.rmSync(scratch.at("var/log"), { recursive: true });
  assert.equal(scratch.run("apply", [source]).code, 0);
  assert.equal(fs.existsSync(scratch.at("var/log")), false);
});

test("M11: an event log that cannot be written is degraded in status, never fatal, and recovers by itself", async () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at("var"));
  fs.writeFileSync(scratch.at("var/log"), "in the way");
  const source = scratch.manifest(RESOURCES);
  const applied = scratch.run("apply", [source]);
  assert.equal(applied.code, 2, applied.output);
  assert.match(applied.output, /EventLogUnavailable/);
  await using serving = new Serving(scratch, [source]);
  await serving.event({ type: "degraded", subject: "event log" });
  await serving.event({ type: "watching" });
  const { value } = scratch.json("status");
  const { degraded } = Object(value["agent"]) as { degraded: readonly Json[] };
  const trouble = degraded.find(({ subject }) => subject === "event log");
  assert.match(JSON.stringify(trouble), /EventLogUnavailable/);
  assert.match(scratch.run("status").output, /event log/);
  fs.rmSync(scratch.at("var/log"));
  await serving.event({ type: "recovered", subject: "event log" });
  assert.equal(await serving.end("SIGTERM"), 0);
  const types = typesOf(eventsOf(scratch));
  for (const type of ["started", "degraded", "recovered", "stopped"]) {
    assert.ok(types.includes(type), `${type} is on record: ${types.join(", ")}`);
  }
});

test("M11: a log that others can write is not trusted, and the agent says whose rights are wrong", {
  skip: !isRoot && "only root's own directory can be given away",
}, () => {
  using scratch = new Scratch();
  fs.mkdirSync(scratch.at(LOG), { recursive: true });
  fs.chmodSync(scratch.at(LOG), 0o777);
  const { code, output } = scratch.run("apply", [scratch.manifest(RESOURCES)]);
  assert.equal(code, 2);
  assert.match(output, /group or others can write it/);
  assert.deepEqual(fs.readdirSync(scratch.at(LOG)), []);
});

test("M12: serve prunes old files of events, and says so in the log", async () => {
  using scratch = new Scratch();
  const source = scratch.manifest(RESOURCES);
  {
    const clock = new VirtualClock();
    const place = { directory: scratch.at(LOG), series: "events", hostId: "host", clock };
    await using series = openEventSeries({ ...place, operationId: "long-ago" });
    for (const daysAgo of [5, 4, 3]) {
      const at = new Date(Date.now() - daysAgo * 86_400_000);
      clock.jumpWall(at.getTime() - clock.wallMs());
      await series.append({ level: "info", reason: "Said", message: "x" });
      fs.utimesSync(scratch.at(`${LOG}/${series.liveFile}`), at, at);
    }
  }
  await using serving = new Serving(scratch, [source, "--keep-events-days", "2"]);
  await serving.event({ type: "watching" });
  const deadline = AbortSignal.timeout(20_000);
  while (fs.existsSync(scratch.at(FIRST)) && !deadline.aborted) await setTimeout(20);
  assert.equal(await serving.end("SIGTERM"), 0);
  assert.equal(fs.existsSync(scratch.at(FIRST)), false);
  const live = fs.readdirSync(scratch.at(LOG)).toSorted().at(-1) ?? "";
  assert.match(
    fs.readFileSync(scratch.at(`${LOG}/${live}`), "utf8"),
    /EventsPruned.*events-000001\.jsonl/,
  );
  const { output, code } = scratch.run("events", ["--verify"]);
  assert.equal(code, 0, output);
  assert.match(output, /known from events-000002\.jsonl on/);
});

test("M8, M11: a client that comes back after a restart gets missed events; after a kill also that more may be missing", async () => {
  using scratch = new Scratch();
  let lastId = "";
  const published: unknown[] = [];
  {
    await using serving = await Serving.start(scratch, RESOURCES);
    lastId = (await keptIds(scratch)).at(-1) ?? "";
    const since = serving.events.length;
    fs.writeFileSync(scratch.at("d/a"), "two\n");
    await serving.event({ type: "result", id: "file:/d/a", status: "changed" }, since);
    await serving.end("SIGTERM");
    published.push(...typesOf(serving.events.slice(since)));
  }
  {
    await using serving = await Serving.start(scratch, RESOURCES);
    const missed = await missedSince(scratch, lastId);
    assert.deepEqual(missed, [...published, ...typesOf(serving.events)]);
    assert.deepEqual(published.at(-1), "stopped");
    // A run that has left nothing in the log leaves no gap either.
    const logged = () => typesOf(eventsOf(scratch, "--limit", "100"));
    for (let tries = 0; logged().filter((type) => type === "watching").length < 2; tries += 1) {
      assert.ok(tries < 40, "it never came into the log");
    }
    await serving.end("SIGKILL");
  }
  await using _serving = await Serving.start(scratch, RESOURCES);
  const missed = await missedSince(scratch, lastId);
  assert.deepEqual(missed.slice(0, published.length + 1), ["gap", ...published]);
  assert.doesNotMatch(scratch.run("events", ["--limit", "9", "--out", "json"]).stdout, /eventId/);
});

test("M12: clients get the event of what was pruned too", async () => {
  using scratch = new Scratch();
  for (const message of ["1", "2", "3"]) {
    const place = { directory: scratch.at(LOG), series: "events", hostId: "host" };
    const clock = new VirtualClock();
    clock.jumpWall(Number(message) * 86_400_000);
    await using series = openEventSeries({ ...place, operationId: "long-ago", clock });
    await series.append({ level: "info", reason: "Said", message });
  }
  const source = scratch.manifest(RESOURCES);
  await using serving = new Serving(scratch, [source, "--keep-events-files", "1"]);
  await serving.event({ type: "watching" });
  const deadline = AbortSignal.timeout(20_000);
  let published: readonly Json[] = [];
  while (published.length === 0 && !deadline.aborted) {
    published = eventsOf(scratch).filter(({ type }) => type === "EventsPruned");
  }
  assert.match(String(published[0]?.["message"]), /events-000001\.jsonl/);
});

/** The ids of the events that the agent that serves keeps. */
async function keptIds(scratch: Scratch): Promise<readonly string[]> {
  let text = "";
  for await (const chunk of await asked(scratch, "/events/kept")) text += String(chunk);
  const { events } = JSON.parse(text) as { readonly events: readonly { readonly id: string }[] };
  return events.map(({ id }) => id);
}

/** The types of the events that a client gets when it comes back, up to the newest one that the agent keeps. */
async function missedSince(scratch: Scratch, id: string): Promise<readonly string[]> {
  const last = (await keptIds(scratch)).at(-1) ?? "";
  let text = "";
  for await (const chunk of await asked(scratch, `/events?from=${id}`)) {
    text += String(chunk);
    if (new RegExp(`id: ${last}\n[^]*\n\n`).test(text)) break;
  }
  return [...text.matchAll(/^event: (.*)$/gm)].map(([, type = ""]) => type);
}

async function asked(scratch: Scratch, path: string): Promise<IncomingMessage> {
  const socketPath = scratch.at("run/holdfast/control.sock");
  const question = request({ socketPath, path, agent: false }).end();
  const [response] = (await once(question, "response")) as [IncomingMessage];
  return response;
}

/** Serves, tampers once, ends; returns the published events. */
async function serveAndTamper(scratch: Scratch): Promise<readonly Json[]> {
  await using serving = new Serving(scratch, [scratch.manifest(RESOURCES)]);
  await serving.event({ type: "watching" });
  const since = serving.events.length;
  fs.writeFileSync(scratch.at("d/a"), "two\n");
  await serving.event({ type: "result", id: "file:/d/a", status: "changed" }, since);
  assert.equal(await serving.end("SIGTERM"), 0);
  return serving.events;
}
