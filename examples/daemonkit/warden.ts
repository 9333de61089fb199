/** Says when a disk fills up: `node warden.ts DIRECTORY PATH…`, here in the repository with `--conditions=@holdfast/source`. */
import { statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { setInterval } from "node:timers/promises";
import * as kit from "@holdfast/daemonkit";

const DAY_MS = 86_400_000;
const [directory = "/var/lib/warden", ...paths] = process.argv.slice(2);
const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"]) process.once(name, () => stop.abort());

const operation = { directory: `${directory}/events`, operationId: "warden", hostId: hostname() };
const stream = kit.createEventStream();
const low = new Set<string>();
let minimumPercent = 5;

const disks: kit.Probe = {
  name: "disks",
  async check() {
    for (const path of paths) {
      if ((await statfs(path)).blocks > 0) continue;
      const message = `${path} is not on a disk`;
      throw new kit.DaemonFault({ reason: "NoDisk", message, resolution: "Name a disk." });
    }
  },
};

const watching: kit.Monitor = {
  name: "watching",
  requires: [disks, kit.writeProbe(directory)],
  async run(_, signal) {
    // Opened here and not above: monitors run only once the socket, and with it the directory, is ours.
    await using log = await kit.openEventLog(operation);
    for await (const _tick of setInterval(100, undefined, { signal })) {
      for (const path of paths) await checkFile(path, log);
    }
  },
};

const pruning: kit.Monitor = {
  name: "pruning",
  async run(_, signal) {
    const expired = kit.olderThan(30 * DAY_MS);
    const rules = { directory: operation.directory, expired, live: ["warden.jsonl"] };
    for await (const _tick of setInterval(DAY_MS, undefined, { signal })) {
      await kit.prune(rules, signal);
    }
  },
};

const top = { method: "GET", path: "" } as const;
const setMinimum: kit.Route = {
  method: "POST",
  path: ":percent",
  respond({ parameters: { percent } }) {
    if (Number.isNaN(Number(percent))) return kit.jsonReply({ error: "no number" }, 400);
    return kit.jsonReply((minimumPercent = Number(percent)));
  },
};
const components: readonly kit.Component[] = [
  { name: "low", routes: [{ ...top, respond: () => kit.jsonReply([...low]) }] },
  { name: "events", routes: [{ ...top, respond: () => kit.eventsReply(stream) }] },
  { name: "minimum", routes: [setMinimum] },
];

const log = { ...kit.silentLog, warn: console.error, error: console.error };
const control = { socketPath: `${directory}/run/socket`, components };
await kit.runDaemon({ monitors: [watching, pruning], control, log }, stop.signal);

async function checkFile(path: string, eventLog: kit.EventLog): Promise<void> {
  const { bavail, blocks } = await statfs(path);
  const percent = (100 * bavail) / blocks;
  if (percent < minimumPercent === low.has(path)) return;
  const reason = low.delete(path) ? "DiskFine" : "DiskLow";
  if (reason === "DiskLow") low.add(path);
  const message = `${percent.toFixed(1)} % of ${path} are free`;
  await eventLog.append({ level: "warn", reason, message, data: { path } });
  stream.publish({ type: reason, data: { path, percent } });
}
