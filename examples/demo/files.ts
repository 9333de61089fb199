import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { countOf, eventLine, listOf, readText, runHoldfast } from "./command.ts";
import { step } from "./display.ts";
import { startServing, type Serving } from "./serving.ts";
import { TAMPERS, type Tamper } from "./tampers.ts";

/**
 * How long a file is left alone, so that its next repair is immediate. Changes within 500 ms after an observation of it
 * become one more observation at the end of that time; its own repair is noticed too, so that takes twice as long.
 */
const QUIET_MS = 1_100;

/** A throw-away directory, and what lies in it. */
interface Place {
  readonly root: string;
  readonly quickstart: string;
}

/**
 * Shows the quickstart on a temporary root, without any special right: plan, apply, plan again, then serve while the files
 * are tampered with.
 */
export async function showFiles(): Promise<void> {
  // Root obeys no blueprint under a directory that others can write, wherever this repository lies; so it gets a copy.
  const scratch = mkdtempSync(
    join(process.geteuid?.() === 0 ? homedir() : tmpdir(), ".holdfast-demo-"),
  );
  const place = { root: join(scratch, "root"), quickstart: join(scratch, "quickstart.ts") };
  try {
    mkdirSync(place.root);
    copyFileSync(fileURLToPath(new URL("../quickstart.ts", import.meta.url)), place.quickstart);
    console.log(`Holdfast keeps ${place.root} as examples/quickstart.ts declares it.\n`);
    planAndApply(place);
    await serve(place);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The three commands of a first day. */
function planAndApply({ root, quickstart }: Place): void {
  const options = ["--root", root, "--root-exec", "--out", "json"];
  const plan = runHoldfast(["plan", quickstart, ...options, "--detailed-exit-codes"], 5);
  const planned = listOf(plan, "actions");
  assert.ok(planned.length >= 12, "the quickstart declares at least twelve resources");
  step("plan", `${planned.length} to create`);
  for (const action of planned) console.log(`    + ${readText(action, "id")}`);

  const applied = runHoldfast(["apply", quickstart, ...options, "--detailed-exit-codes"], 2);
  assert.equal(countOf(applied, "changed"), planned.length, "everything planned was changed");
  assert.equal(countOf(applied, "failed"), 0);
  step("apply", `${countOf(applied, "changed")} changed in ${countOf(applied, "durationMs")} ms`);

  const again = runHoldfast(["plan", quickstart, ...options, "--detailed-exit-codes"], 0);
  assert.deepEqual(listOf(again, "actions"), []);
  step("plan again", `nothing to do, ${countOf(again, "inSync")} in sync`);
}

/** Serves, tampers with everything twice, and waits for every repair. */
async function serve({ root, quickstart }: Place): Promise<void> {
  const command = ["serve", quickstart, "--root", root, "--root-exec", "--out", "json"];
  await using serving = await startServing(command);
  step("serve", `watching ${countOf(serving.watching, "resources")} resources`);
  const startedAt = performance.now();
  const repairedAt = new Map<string, number>();
  for (const round of ["once", "and again"]) {
    step("tamper", round);
    for (const tamper of TAMPERS) {
      await quiet(repairedAt.get(tamper.id) ?? startedAt);
      await showRepair(serving, root, tamper);
      repairedAt.set(tamper.id, performance.now());
    }
  }
  const code = await serving.stop();
  assert.equal(code, 0, "SIGTERM is a clean end");
  step("stop", "clean, exit code 0");
}

async function quiet(sinceMs: number): Promise<void> {
  await sleep(Math.max(0, sinceMs + QUIET_MS - performance.now()));
}

async function showRepair(serving: Serving, root: string, tamper: Tamper): Promise<void> {
  const repaired = serving.nextRepair(tamper.id);
  const start = performance.now();
  tamper.damage(root);
  const { drift, result } = await repaired;
  const elapsedMs = performance.now() - start;
  tamper.check(root);
  console.log(eventLine({ what: tamper.what, id: tamper.id, drift, result, elapsedMs }));
}
