import { readFileSync, watch, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "./pairs.ts";
import { createPolicy, FOLDER, fill, type Policy } from "./policy.ts";
import { floorScript, HOLDFAST } from "./processes.ts";
import { aimAtMost, type Row } from "./row.ts";
import { type Served, startServed, waitForEvent } from "./served.ts";

/** What one tamper came to, in milliseconds from just before it. */
interface Repair {
  /** The declared content is back. */
  readonly visibleMs: number;
  /** The process said so. */
  readonly publishedMs: number;
}

/** How long the first pass is left to settle. */
const SETTLE_MS = 1_100;

/** From a tampered file to the declared content, with all files watched, against a script that watches one folder. */
export async function benchDrift(fileCount: number, tamperCount: number): Promise<readonly Row[]> {
  using watched = createPolicy(fileCount, { isChain: false });
  using plain = createPolicy(fileCount, { isChain: false });
  fill(watched);
  fill(plain);
  await using holdfast = await startServed(serveCommand(watched));
  const floorCommand = [...floorScript("watch-repair.js"), plain.manifestPath, plain.root, FOLDER];
  await using floor = await startServed(floorCommand);
  const repairs: Repair[] = [];
  const floorRepairs: Repair[] = [];
  // A resource that was observed less than 500 ms ago waits for the rest of that time; the first pass observed
  // everything.
  await sleep(SETTLE_MS);
  // A repaired file may be tampered with again only after its window; so each is used once.
  for (let index = 0; index < tamperCount; index++) {
    repairs.push(await tamper(watched, holdfast, index));
    floorRepairs.push(await tamper(plain, floor, index));
  }
  return toRows(repairs, floorRepairs, fileCount);
}

/** The command that keeps a policy. */
export function serveCommand({ manifestPath, root }: Policy): readonly string[] {
  return [...HOLDFAST, "serve", manifestPath, "--root", root, "--out", "json"];
}

function toRows(
  repairs: readonly Repair[],
  floors: readonly Repair[],
  count: number,
): readonly Row[] {
  const shares = [
    { label: "p50", share: 0.5, aimMs: 3 },
    { label: "p99", share: 0.99, aimMs: 20 },
  ];
  return shares.flatMap(({ label, share, aimMs }) => {
    const visible = percentile(
      repairs.map(({ visibleMs }) => visibleMs),
      share,
    );
    const published = percentile(
      repairs.map(({ publishedMs }) => publishedMs),
      share,
    );
    const floor = percentile(
      floors.map(({ visibleMs }) => visibleMs),
      share,
    );
    const floorPublished = percentile(
      floors.map(({ publishedMs }) => publishedMs),
      share,
    );
    const what = `of ${repairs.length} tampers, ${count.toLocaleString("en")} watched`;
    return [
      {
        name: `drift to repaired, ${label} ${what}`,
        unit: "ms",
        value: visible,
        floor,
        ratio: visible / floor,
        aims: [aimAtMost(visible, aimMs, "ms")],
      },
      {
        name: `drift to verified and published, ${label}`,
        unit: "ms",
        value: published,
        floor: floorPublished,
        ratio: published / floorPublished,
      },
    ] satisfies readonly Row[];
  });
}

async function tamper(policy: Policy, served: Served, index: number): Promise<Repair> {
  const step = Math.max(1, Math.floor(policy.files.length / 500));
  const file = policy.files[(index * step) % policy.files.length];
  if (file === undefined) throw new Error("a policy without files cannot be tampered with");
  const path = policy.root + file.name;
  const published = waitForEvent(
    served.events,
    ({ type, id }) => type === "result" && id === `file:${file.name}`,
  );
  const visible = seen(policy.root + FOLDER, path, file.content);
  const start = performance.now();
  writeFileSync(path, "tampered\n");
  const [visibleMs, publishedMs] = await Promise.all([
    visible.then(() => performance.now() - start),
    published.then(() => performance.now() - start),
  ]);
  return { visibleMs, publishedMs };
}

/** Resolves when the declared content is there; it watches as the agent does, and reads. */
async function seen(folder: string, path: string, content: string): Promise<void> {
  await new Promise<void>((resolve) => {
    let wasTampered = false;
    const watcher = watch(folder, (_event, name) => {
      if (name !== basename(path)) return;
      const isDeclared = readFileSync(path, "latin1") === content;
      if (!isDeclared) wasTampered = true;
      // The first word may come when the repair is already there.
      if (!isDeclared || (!wasTampered && _event !== "rename")) return;
      watcher.close();
      resolve();
    });
  });
}
