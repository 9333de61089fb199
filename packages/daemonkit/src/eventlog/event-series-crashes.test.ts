import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type LogInjection, SHORT_WRITES, SimulatedLogDisk } from "@holdfast/testing/log-disk";
import { systemLogCalls } from "../appendlog/system-log-calls.ts";
import { makeScratch } from "../testing/scratch.ts";
import { liveOnce, SAID, SERIES } from "../testing/series-run.ts";
import { describeSeriesVerdict } from "./describe-series.ts";
import { lastEvents } from "./last-events.ts";
import { verifyEventSeries } from "./verify-series.ts";

/** A child is started for each step that is died at: `npm run test:long` takes each step, `npm test` every fifth from a random one on. */
const STRIDE = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 1 : 5;

const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The chain holds from the start, and every event that was acknowledged is in it, in its order. */
async function checkKept(directory: string, acknowledged: readonly string[]): Promise<void> {
  const verdict = await verifyEventSeries({ directory, series: SERIES }, never);
  assert.equal(verdict.type, "intact", describeSeriesVerdict(verdict).join("; "));
  const kept = (await lastEvents({ directory, series: SERIES, limit: 1_000 }, never))
    .filter(({ record }) => record.reason === "Said")
    .map(({ record }) => record.msg);
  let at = 0;
  for (const message of acknowledged) {
    at = kept.indexOf(message, at) + 1;
    assert.ok(at > 0, `${message} was acknowledged and is lost; kept is ${kept.join(" ")}`);
  }
  for (const message of kept) assert.ok(SAID.includes(message), `${message} was never said`);
}

/** Lets a disk live once more, and checks what is then on it. */
async function checkSurvivor(
  directory: string,
  disk: SimulatedLogDisk,
  acknowledged: readonly string[],
): Promise<void> {
  const again = [...acknowledged];
  await liveOnce({ directory, calls: disk.calls }, (message) => again.push(message));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const [name, content] of disk.contents) writeFileSync(join(directory, name), content);
  await checkKept(directory, again);
}

suite("crashes of an event series", () => {
  test("M11: power lost at any call, rotation included, with any luck for each file, loses no acknowledged event", async (t) => {
    const directory = join(makeScratch(t), "log");
    const whole = new SimulatedLogDisk(SHORT_WRITES);
    await liveOnce({ directory, calls: whole.calls }, () => {});
    assert.ok(whole.contents.size >= 4, "it rotated by size and by day");
    for (let call = 1; call <= whole.callCount + 1; call += 1) {
      const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection: "power-lost", atCall: call });
      const acknowledged: string[] = [];
      void liveOnce({ directory, calls: disk.calls }, (message) => acknowledged.push(message));
      await settle();
      const { atRisk } = disk;
      assert.ok(atRisk.length <= 1, "a file is safe before the next one is begun");
      for (const luck of [0, 0.3, 0.7, 1]) {
        await checkSurvivor(
          directory,
          disk.afterPowerLoss(() => luck),
          acknowledged,
        );
      }
    }
  });

  for (const injection of ["fails-once", "fails-always"] satisfies readonly LogInjection[]) {
    test(`M11: a disk that ${injection} at any call, rotation included, keeps what was acknowledged, and the chain holds`, async (t) => {
      const directory = join(makeScratch(t), "log");
      const whole = new SimulatedLogDisk(SHORT_WRITES);
      await liveOnce({ directory, calls: whole.calls }, () => {});
      for (let call = 1; call <= whole.callCount; call += 1) {
        const disk = new SimulatedLogDisk({ ...SHORT_WRITES, injection, atCall: call });
        const acknowledged: string[] = [];
        const run = { directory, calls: disk.calls };
        await liveOnce(run, (message) => acknowledged.push(message)).catch(() => {});
        await checkSurvivor(directory, disk.afterKill(), acknowledged);
      }
    });
  }

  test("M11: a process killed between any two steps of the write path, rotation included, loses no acknowledged event", async (t) => {
    const directory = makeScratch(t);
    const steps = (await writeUntil(join(directory, "whole"), 0)).steps ?? 0;
    assert.ok(steps > 60, `there are many steps to die at, and not ${steps}`);
    const first = 1 + Math.floor(Math.random() * STRIDE);
    const deaths = Array.from({ length: steps }, (_, at) => first + at * STRIDE).filter(
      (step) => step <= steps,
    );
    let cut = 0;
    const die = async (step: number): Promise<void> => {
      const place = join(directory, String(step));
      const { acknowledged, steps: end } = await writeUntil(place, step);
      assert.equal(end, undefined, `it died at step ${step}`);
      if (acknowledged.length < SAID.length) cut += 1;
      const again = [...acknowledged];
      await liveOnce({ directory: place, calls: systemLogCalls }, (message) => again.push(message));
      await checkKept(place, again);
    };
    for (let at = 0; at < deaths.length; at += 2) {
      await Promise.all(deaths.slice(at, at + 2).map(die));
    }
    assert.ok(cut > deaths.length * 0.7, "most deaths left something unsaid");
  });
});

/** What a child acknowledged before it died at a step; `steps` when it came through. */
async function writeUntil(directory: string, step: number) {
  const program = fileURLToPath(new URL("../testing/series-writer.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--conditions=@holdfast/source", program, directory, String(step)],
    {
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const signal = await new Promise((resolve) => child.once("close", (_, by) => resolve(by)));
  const lines = output.split("\n").filter((line) => line !== "");
  const end = /^END (\d+)$/.exec(lines.at(-1) ?? "")?.[1];
  assert.equal(signal, end === undefined ? "SIGKILL" : null);
  const acknowledged = lines.filter((line) => SAID.includes(line));
  return { acknowledged, steps: end === undefined ? undefined : Number(end) };
}
