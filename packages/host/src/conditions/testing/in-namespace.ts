import { execFileSync, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { LeafCondition, Truth } from "@holdfast/core";
import { createDial } from "../dial.ts";
import { interfaceLeaves } from "../interface-leaves.ts";
import type { LeafSource } from "../leaf-source.ts";
import { mountLeaves } from "../mount-leaves.ts";
import { realMounts } from "../real-mounts.ts";
import { realClock } from "../../system/real-clock.ts";
import { tcpLeaves } from "../tcp-leaves.ts";

/** A leaf, and commands that each turn it. */
export interface Turning {
  readonly leaf: LeafCondition;
  readonly root?: string;
  /** Commands that are run first, before anything is watched. */
  readonly before: readonly (readonly string[])[];
  readonly turns: readonly (readonly string[])[];
}

/** The state before, and after each turn, with the time until it was noticed. */
export interface Turned {
  readonly truth: Truth;
  readonly noticedAfterMs: number;
}

/** Longer than anything takes here; so it is no measure. */
const NOTICED_WITHIN_MS = 10_000;

/**
 * Runs this file in fresh namespaces, whose mounts and interfaces are nobody else's. As root, or as anybody where the
 * kernel lets everybody have a user namespace.
 */
export async function turnInNamespace(
  kind: "mount" | "net",
  turning: Turning,
): Promise<readonly Turned[]> {
  const rights = process.geteuid?.() === 0 ? [] : ["--map-root-user"];
  const program = [process.execPath, "--conditions=@holdfast/source", import.meta.filename];
  const child = spawn("unshare", [`--${kind}`, ...rights, ...program, JSON.stringify(turning)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout)) as readonly Turned[];
}

async function turnAll({ leaf, root = "/", before, turns }: Turning): Promise<readonly Turned[]> {
  run(before);
  const { subject } = leaf;
  const source = sourceOf(leaf.type, root);
  const { signal } = new AbortController();
  let trigger = Promise.withResolvers<undefined>();
  await using _watch = await source.watch([subject], () => trigger.resolve(undefined), signal);
  const seen = [{ truth: await source.observe(subject, signal), noticedAfterMs: 0 }];
  for (const turn of turns) {
    const earlier = JSON.stringify(seen.at(-1)?.truth);
    trigger = Promise.withResolvers();
    run([turn]);
    const ranAtMs = performance.now();
    let [truth, noticedAfterMs] = [await observed(), performance.now() - ranAtMs];
    // An event may be a late one of the turn before: the kernel tells of a carrier when it has settled.
    while (JSON.stringify(truth) === earlier && noticedAfterMs < NOTICED_WITHIN_MS) {
      [truth, noticedAfterMs] = [await observed(), performance.now() - ranAtMs];
    }
    seen.push({ truth, noticedAfterMs });
  }
  return seen;

  /** What is so after the next event. */
  async function observed(): Promise<Truth> {
    const cancel = realClock.schedule(NOTICED_WITHIN_MS, () => trigger.resolve(undefined));
    await trigger.promise;
    cancel();
    trigger = Promise.withResolvers();
    return await source.observe(subject, signal);
  }
}

function sourceOf(type: LeafCondition["type"], root: string): LeafSource {
  if (type === "mount") return mountLeaves(realMounts(realClock, root));
  if (type === "interface") return interfaceLeaves(realClock);
  return tcpLeaves(createDial(realClock), realClock);
}

function run(commands: readonly (readonly string[])[]): void {
  for (const [program = "true", ...args] of commands) execFileSync(program, args);
}

if (process.argv[1] === import.meta.filename) {
  const turning = JSON.parse(process.argv[2] ?? "") as Turning;
  process.stdout.write(JSON.stringify(await turnAll(turning)));
}
