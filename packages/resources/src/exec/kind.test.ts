import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import {
  actionOn,
  type Behaviour,
  checkKindRefusal,
  checkKindUnknown,
  checkSimulated,
  refuseSimulated,
  type SimulatedHost,
  type SimulatedRig,
  simulatedRig,
  type Start,
  writeContext,
} from "@holdfast/testing";
import { execKind } from "./kind.ts";
import type { ExecInput } from "./fields.ts";

const DONE = "/srv/done";
const exec = (input: Partial<ExecInput>) => ({
  kind: execKind,
  name: "migrate",
  input: { command: ["migrate", "up"], ...input },
});
/** A machine whose `migrate` makes a file that `check` looks for, and with whatever else is given. */
const machine =
  (more: Readonly<Record<string, Behaviour>> = {}): Start =>
  ({ kernel, commands }) => {
    kernel.tamper.makeDirectory("/srv");
    const programs: Readonly<Record<string, Behaviour>> = {
      migrate: () => {
        kernel.tamper.write(DONE, "");
        return {};
      },
      check: () => ({ exitCode: kernel.inspect.stat(DONE) === undefined ? 1 : 0 }),
      needed: () => ({ exitCode: kernel.inspect.stat(DONE) === undefined ? 0 : 7 }),
      ...more,
    };
    for (const [name, behaviour] of Object.entries(programs)) {
      commands.programs.set(name, behaviour);
    }
  };
const done: Start = (host) => {
  machine()(host);
  host.kernel.tamper.write(DONE, "");
};

function runsOf(host: SimulatedHost, program: string): number {
  return host.commands.runs.filter(({ argv }) => argv[0] === program).length;
}

async function apply(rig: SimulatedRig, input: Partial<ExecInput>, signal?: AbortSignal) {
  const sample = exec(input);
  const spec = execKind.bind(sample.name, sample.input, () => assert.fail("a good input"));
  const changes = execKind.diff(spec, { ran: false });
  const action = actionOn(execKind, { spec, observed: { ran: false }, changes });
  await execKind.apply(action, writeContext(rig, signal));
}

suite("exec: guards", () => {
  test("K5: each guard alone decides, and is asked again to verify", async () => {
    for (const guard of [{ unless: ["check"] }, { onlyIf: ["needed"] }, { creates: DONE }]) {
      const host = await checkSimulated(exec(guard), machine(), ["ran"]);
      assert.equal(runsOf(host, "migrate"), 1);
      const idle = await checkSimulated(exec(guard), done, []);
      assert.equal(runsOf(idle, "migrate"), 0);
    }
  });

  test("K5: one guard that says so is enough for nothing to be done", async () => {
    const yes = machine({ check: () => ({ exitCode: 0 }), needed: () => ({ exitCode: 0 }) });
    const both = { unless: ["check"], onlyIf: ["needed"] };
    assert.equal(runsOf(await checkSimulated(exec(both), yes, []), "migrate"), 0);
  });

  test("K5: a guard that cannot be asked is unknown, and nothing runs", async () => {
    await checkKindUnknown(
      exec({ unless: ["missing"] }),
      "CommandNotFound",
      simulatedRig(machine()),
    );
    const killed = simulatedRig(machine({ check: () => ({ signalName: "SIGKILL" }) }));
    await checkKindUnknown(exec({ unless: ["check"] }), "CommandFailed", killed);
    assert.equal(runsOf(killed.host, "migrate"), 0);
  });

  test("K5: command and guards run with the declared directory, user and environment and no other", async () => {
    const input = { unless: ["check"], cwd: "/srv", user: "app", env: { A: "b" }, stdin: "in" };
    const host = await checkSimulated(exec(input), machine(), ["ran"]);
    const env = {
      HOME: "/",
      LANG: "C.UTF-8",
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      A: "b",
    };
    for (const { argv, ...request } of host.commands.runs) {
      const { timeoutMs: _, hasOutputInFaults: isShown, ...rest } = request;
      assert.equal(isShown, true);
      const stdin = argv[0] === "migrate" ? { stdin: "in" } : {};
      assert.deepEqual(rest, { cwd: "/srv", user: "app", env, ...stdin });
    }
  });

  test("K5: a string goes to the shell, when it is asked for", async () => {
    const rig = simulatedRig(machine({ "/bin/sh": () => ({}) }));
    await apply(rig, { command: "a && b", shell: true, creates: DONE });
    assert.deepEqual(rig.host.commands.runs.at(-1)?.argv, ["/bin/sh", "-c", "a && b"]);
  });
});

suite("exec: failure", () => {
  test("K5: says the exit code and the last lines, and never arguments or environment", async () => {
    const stderr = Array.from({ length: 99 }, (_, at) => `line ${at}\u001b`).join("\n");
    const failing = machine({ migrate: () => ({ exitCode: 4, stdout: "out", stderr }) });
    const input = { creates: DONE, command: ["migrate", "hunter2"], env: { KEY: "hunter3" } };
    const fault = await refuseSimulated(exec(input), failing, "CommandFailed");
    assert.match(fault.message, /^migrate ended with exit code 4: line 89 *\n.*line 98$/s);
    assert.doesNotMatch(JSON.stringify(fault), /hunter|u001b/);
  });

  test("K5: other exit codes may mean success", async () => {
    const odd = machine({ migrate: () => ({ exitCode: 3 }) });
    const rig = simulatedRig(odd);
    await apply(rig, { creates: DONE, successCodes: [0, 3] });
    await assert.rejects(apply(rig, { creates: DONE }), { reason: "CommandFailed" });
  });

  test("K5: is tried again as often as declared, with the declared delay", async () => {
    let count = 0;
    const waits: number[] = [];
    const third = machine({ migrate: () => ({ exitCode: (count += 1) < 3 ? 1 : 0 }) });
    const sleep = async (delayMs: number) => void waits.push(delayMs);
    const rig = { ...simulatedRig(third), sleep };
    await apply(rig, { creates: DONE, retries: 2, retryDelayMs: 250 });
    assert.deepEqual([count, waits], [3, [250, 250]]);
    count = 0;
    const last = /attempt 2 of 2: migrate ended with exit code 1/;
    await assert.rejects(apply(rig, { creates: DONE, retries: 1 }), last);
    assert.equal(count, 2);
  });

  test("K5: stopped between or within its attempts, it tells what the last one said", async () => {
    const late = new Fault({ reason: "ResourceTimeout", message: "too late", resolution: "Wait." });
    const failing = machine({ migrate: () => ({ exitCode: 7, stderr: "connection refused" }) });
    const between = new AbortController();
    const sleep = async () => {
      between.abort(late);
      throw late;
    };
    const rig = { ...simulatedRig(failing), sleep };
    const stopped = apply(rig, { creates: DONE, retries: 9 }, between.signal);
    const first = /^too late; attempt 1 of 10: migrate ended with exit code 7: connection refused$/;
    await assert.rejects(stopped, { reason: "ResourceTimeout", message: first, cause: late });

    let count = 0;
    const hanging = machine({ migrate: () => ((count += 1) < 2 ? { exitCode: 7 } : "hang") });
    const within = new AbortController();
    const running = apply(simulatedRig(hanging), { creates: DONE, retries: 9 }, within.signal);
    await new Promise(setImmediate);
    within.abort(late);
    const message = "too late; attempt 1 of 10: migrate ended with exit code 7";
    await assert.rejects(running, { reason: "ResourceTimeout", message });
  });

  test("K5: a refresh runs the command once, whatever its guards say", async () => {
    const rig = simulatedRig(done);
    const sample = exec({ creates: DONE });
    const spec = execKind.bind(sample.name, sample.input, () => {});
    await execKind.refresh?.(spec, writeContext(rig));
    assert.equal(runsOf(rig.host, "migrate"), 1);
  });
});

suite("exec: on notification", () => {
  test("K5: onNotify: nothing is to be done until it is notified, then the command runs once", async () => {
    const input = { onNotify: true };
    const host = await checkSimulated(exec(input), machine(), []);
    assert.equal(runsOf(host, "migrate"), 0);
    const rig = simulatedRig(machine());
    const sample = exec(input);
    const spec = execKind.bind(sample.name, sample.input, () => assert.fail("a good input"));
    await execKind.refresh?.(spec, writeContext(rig));
    assert.equal(runsOf(rig.host, "migrate"), 1);
  });

  test("K5: onNotify stands alone, and false is no guard", () => {
    const mistakesOf = (input: Partial<ExecInput>): readonly string[] => {
      const mistakes: string[] = [];
      const { name, input: whole } = exec(input);
      execKind.bind(name, whole, (_path, summary) => mistakes.push(summary));
      return mistakes;
    };
    assert.deepEqual(mistakesOf({ onNotify: true }), []);
    assert.deepEqual(mistakesOf({ onNotify: true, creates: DONE }), [
      "onNotify takes the place of a guard",
    ]);
    assert.deepEqual(mistakesOf({ onNotify: false }), ["an exec needs a guard"]);
    assert.deepEqual(mistakesOf({ onNotify: false, creates: DONE }), []);
  });
});

suite("exec: one-shots", () => {
  const idempotencyKey = "schema 7";
  const stateOf = ({ host }: SimulatedRig) => host.oneShots.state(idempotencyKey);

  test("K5: runs once for its key, which is durable before and after", async () => {
    const rig = simulatedRig(machine());
    const during: unknown[] = [];
    rig.host.commands.programs.set("migrate", () => {
      during.push(stateOf(rig));
      return {};
    });
    await apply(rig, { idempotencyKey });
    assert.deepEqual([during, stateOf(rig)], [["begun"], "done"]);
    const host = await checkSimulated(exec({ idempotencyKey }), machine(), ["ran"]);
    assert.equal(runsOf(host, "migrate"), 1);
  });

  test("K5: killed in between, its outcome is unknown, it does not run again, and the fault says how to go on", async () => {
    const rig = simulatedRig(machine({ migrate: () => "hang" }));
    const stop = new AbortController();
    const running = apply(rig, { idempotencyKey, retries: 5 }, stop.signal);
    await new Promise(setImmediate);
    stop.abort();
    await assert.rejects(running, { reason: "Aborted" });
    assert.equal(stateOf(rig), "begun");
    await checkKindUnknown(exec({ idempotencyKey }), "OutcomeUnknown", rig);
    assert.equal(runsOf(rig.host, "migrate"), 1);
  });

  test("K5: ended by a signal, its outcome is unknown, and it is not tried again", async () => {
    const rig = simulatedRig(machine({ migrate: () => ({ signalName: "SIGSEGV" }) }));
    await assert.rejects(apply(rig, { idempotencyKey, retries: 5 }), { reason: "CommandFailed" });
    assert.equal(runsOf(rig.host, "migrate"), 1);
    await checkKindUnknown(exec({ idempotencyKey }), "OutcomeUnknown", rig);
  });

  test("K5: a guard that knows better settles an unknown outcome", async () => {
    const rig = simulatedRig(done);
    await rig.host.oneShots.begin(idempotencyKey, new AbortController().signal);
    await checkKindUnknown(exec({ idempotencyKey }), "OutcomeUnknown", rig);
    const spec = execKind.bind("x", exec({ idempotencyKey, creates: DONE }).input, () => {});
    const found = await execKind.observe(spec, writeContext(rig));
    assert.deepEqual(found, { type: "present", value: { ran: true } });
  });

  test("K5: a command that never started or said that it failed is forgotten, and may run again", async () => {
    const failing = simulatedRig(machine({ migrate: () => ({ exitCode: 1 }) }));
    await checkKindRefusal(exec({ idempotencyKey }), "CommandFailed", failing);
    assert.equal(stateOf(failing), undefined);
    const missing = simulatedRig(machine());
    missing.host.commands.programs.delete("migrate");
    await checkKindRefusal(exec({ idempotencyKey }), "CommandNotFound", missing);
    assert.equal(stateOf(missing), undefined);
  });

  test("K5: a command that ran out of its time may have had effect, and stays begun", async () => {
    const timeout = new Fault({
      reason: "CommandTimeout",
      message: "it did not end",
      resolution: "Wait.",
    });
    const late: Behaviour = async () => Promise.reject(timeout);
    const rig = simulatedRig(machine({ migrate: late }));
    await assert.rejects(apply(rig, { idempotencyKey, retries: 3 }), timeout);
    assert.equal(stateOf(rig), "begun");
  });
});
