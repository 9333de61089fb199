import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildPackages, openAptMachine, UNIVERSE } from "@holdfast/testing";

const AGENT = fileURLToPath(new URL("../testing/transact-once.ts", import.meta.url));
const never = new AbortController().signal;
const missing =
  process.geteuid?.() === 0 && existsSync("/usr/bin/apt-get") ? undefined : "needs root and apt";

test("SIGKILL of the agent: the transaction runs to its end, and is found again", {
  skip: missing ?? false,
}, async () => {
  using built = buildPackages(UNIVERSE);
  await using machine = openAptMachine({ built });
  const { packages, actor, root, taskDirectory, image } = machine;
  const release = actor.stall("hf-fragile");
  const led = [image?.environment["APT_CONFIG"] ?? "", image?.options.join(" ") ?? ""];
  const options = ["--conditions=@holdfast/source", AGENT];
  const names = ["hf-fragile", "hf-app"];
  const agent = spawn(process.execPath, [...options, root, taskDirectory, ...led, ...names], {
    stdio: "inherit",
  });
  const isRunning = async (): Promise<boolean> =>
    (await packages.transactionState("killed", never)).type === "running";
  const isStalled = async (): Promise<boolean> =>
    (await packages.read(never)).packages.get("hf-fragile")?.state.type === "broken";
  while (!((await isRunning()) && (await isStalled()))) await machine.settle();
  agent.kill("SIGKILL");
  await once(agent, "exit");
  assert.equal(await isRunning(), true);
  const holder = await packages.lockHolder(never);
  assert.equal(holder?.program, "apt-get");
  release();
  // The next agent only asks for the same; it waits until the lock is free.
  const again = { install: names.map((name) => ({ name })) };
  const { results, finished } = await packages.transact(again, { task: "next" }, never);
  assert.deepEqual([...results.values()], [{ type: "done" }, { type: "done" }]);
  assert.deepEqual(finished, [], "nothing was left to be finished");
  assert.deepEqual(await packages.transactionState("killed", never), { type: "unknown" });
});
