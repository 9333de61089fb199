/** The laws of packages, run inside a machine that is thrown away: its own dpkg and apt, under its own systemd. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import {
  type BuiltPackages,
  buildPackages,
  openAptMachine,
  packageLaws,
  UNIVERSE,
} from "@holdfast/testing";

const [agent = ""] = process.argv.slice(2);
const never = new AbortController().signal;

describe("a machine under systemd", () => {
  let built: BuiltPackages;
  before(() => {
    built = buildPackages(UNIVERSE);
  });
  after(() => built[Symbol.dispose]());

  packageLaws({ machine: "apt under systemd", requests: 2 }, async () =>
    openAptMachine({ root: "/", built }),
  );

  for (const how of ["kill --signal=KILL", "stop"]) {
    test(`trap 12, SIGKILL inside apt: ${how} of the agent's service cuts nothing off`, async () => {
      await using machine = openAptMachine({ root: "/", built });
      const { packages, actor, taskDirectory } = machine;
      const release = actor.stall("hf-fragile");
      const names = ["hf-fragile", "hf-app"];
      const program = [process.execPath, agent, "/", taskDirectory, "", "", ...names];
      systemd("systemd-run", "--quiet", "--collect", "--unit=agent", "--", ...program);
      const isRunning = async (): Promise<boolean> =>
        (await packages.transactionState("killed", never)).type === "running";
      const isStalled = async (): Promise<boolean> =>
        (await packages.read(never)).packages.get("hf-fragile")?.state.type === "broken";
      while (!((await isRunning()) && (await isStalled()))) await machine.settle();
      systemd("systemctl", ...how.split(" "), "agent.service");
      await machine.settle();
      assert.equal(await isRunning(), true);
      assert.equal((await packages.lockHolder(never))?.program, "apt-get");
      release();
      while (await isRunning()) await machine.settle();
      assert.deepEqual(await packages.transactionState("killed", never), {
        type: "done",
        exitCode: 0,
      });
      const { packages: found } = await packages.read(never);
      for (const name of names) assert.equal(found.get(name)?.state.type, "installed", name);
      const again = { install: names.map((name) => ({ name })) };
      const { results, finished } = await packages.transact(again, { task: "next" }, never);
      assert.deepEqual([...results.values()], [{ type: "done" }, { type: "done" }]);
      assert.deepEqual(finished, []);
    });
  }

  test("a task that has ended is begun anew under its name", async () => {
    await using machine = openAptMachine({ root: "/", built });
    systemd(
      "systemd-run",
      "--quiet",
      "--unit=holdfast-packages-again",
      "--property=Type=oneshot",
      "--property=RemainAfterExit=yes",
      "true",
    );
    const request = { install: [{ name: "hf-extra" }] };
    const { results } = await machine.packages.transact(request, { task: "again" }, never);
    assert.deepEqual(results.get("hf-extra"), { type: "done" });
  });

  test("a transaction that is over leaves no unit behind", async () => {
    await using machine = openAptMachine({ root: "/", built });
    const request = { install: [{ name: "hf-extra" }] };
    await machine.packages.transact(request, { task: "clean" }, never);
    const list = ["list-units", "--all", "--plain", "--no-legend", "holdfast-packages-clean*"];
    const listed = execFileSync("systemctl", list, { encoding: "utf8" });
    assert.equal(listed.trim(), "");
  });
});

function systemd(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: "inherit" });
}
