import assert from "node:assert/strict";
import { test } from "node:test";
import { createSimulatedKernel, seededRandom, type SimulatedKernel } from "@holdfast/testing";
import { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import fc from "fast-check";
import { graphOf, live, powerOf, reopen } from "./machine.ts";

const MANIFEST = `
apiVersion: holdfast/v1
kind: Manifest
metadata: { name: crash }
resources:
  - { kind: directory, name: /app, spec: { mode: "0750" } }
  - { kind: directory, name: /app/conf, spec: { mode: "0755" } }
  - { kind: file, name: /app/conf/main, spec: { content: "the new content of main\\n", mode: "0640" } }
  - { kind: file, name: /app/conf/other, spec: { content: "the new content of other\\n", mode: "4755" } }
  - { kind: file, name: /app/gone, spec: { state: absent } }
  - { kind: link, name: /app/current, spec: { target: conf } }
  - { kind: line, name: port, spec: { path: /etc/service, line: "port 80", match: "^port " } }
  - kind: exec
    name: migrate
    spec: { command: [migrate], idempotencyKey: "migrate-1" }
    meta: { dependsOn: ["file:/app/conf/main"] }
`;

const OLD = "what was there before\n";

/** A machine that holds something else than declared. */
function machineBefore(): SimulatedKernel {
  const kernel = createSimulatedKernel();
  kernel.tamper.write("/app/conf/main", OLD, { mode: 0o600 });
  kernel.tamper.write("/app/gone", OLD);
  kernel.tamper.write("/etc/service", "name x\nport 8080\n");
  kernel.sync();
  return kernel;
}

/** What must hold at every moment, also on the disk of a machine that lost power. */
function assertNothingTorn({ inspect }: SimulatedKernel): void {
  const main = inspect.text("/app/conf/main");
  assert.ok(main === OLD || main === "the new content of main\n", `main is torn: ${main}`);
  const mode = inspect.stat("/app/conf/main")?.mode;
  if (main !== OLD) assert.equal((mode ?? 0) & 0o7777, 0o640, "new content never has other rights");
  const service = inspect.text("/etc/service");
  assert.match(service ?? "", /^name x\nport (8080|80)\n$/, "the line's file is torn");
  const other = inspect.text("/app/conf/other");
  assert.ok(
    other === undefined || other === "the new content of other\n",
    `other is torn: ${other}`,
  );
}

/** When the power goes: at a call that changes the files, or at one that changes the ledger. */
const anyStop = fc.record({
  at: fc.constantFrom("files" as const, "ledger" as const),
  calls: fc.integer({ min: 1, max: 60 }),
});

test("promise 9, K1, K5: power lost at any call, on files or ledger, leaves old or new, never a mixture; the next start finishes it, and a one-shot never runs twice", async () => {
  const graph = graphOf(MANIFEST);
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStop, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 2 ** 31 }),
      async (stops, seed) => {
        let kernel = machineBefore();
        let disk = new SimulatedLogDisk();
        let migrations = 0;
        const programs = {
          migrate: () => {
            migrations += 1;
            return {};
          },
        };
        let run = 0;
        for (const stop of stops) {
          if (stop.at === "files") kernel.injection.stopAfter(stop.calls);
          disk = disk.afterKill(powerOf(kernel, stop.at === "ledger" ? stop.calls : 0));
          await live({ kernel, disk, graph, seed: seed + run++, programs });
          const luck = seededRandom(seed + run);
          disk = disk.afterPowerLoss(() => luck.next());
          kernel = kernel.crash(luck);
          assertNothingTorn(kernel);
        }
        disk = disk.afterKill(powerOf(kernel));
        const report = await live({ kernel, disk, graph, seed: seed + run, programs });
        assert.ok(report, "the last run has power to the end");
        const inDoubt = new Set<string>();
        for (const { id, status, fault } of report.results) {
          const isInDoubt = id === "exec:migrate" && fault?.reason === "OutcomeUnknown";
          if (isInDoubt) inDoubt.add(id);
          assert.ok(status === "ok" || status === "changed" || isInDoubt, `${id} ${status}`);
        }
        assert.ok(migrations <= 1, "the one-shot ran twice");
        assertConverged(kernel);
        const left = (await reopen(disk, seed)).inFlight().filter(({ id }) => !inDoubt.has(id));
        assert.deepEqual(left, []);
      },
    ),
    { numRuns: 150 },
  );
});

function assertConverged({ inspect }: SimulatedKernel): void {
  assert.equal(inspect.text("/app/conf/main"), "the new content of main\n");
  assert.equal((inspect.stat("/app/conf/other")?.mode ?? 0) & 0o7777, 0o4755);
  assert.equal(inspect.stat("/app/gone"), undefined);
  assert.equal(inspect.linkTarget("/app/current"), "conf");
  assert.equal(inspect.text("/etc/service"), "name x\nport 80\n");
  const litter = inspect.tree().filter((line) => line.includes(".holdfast-"));
  assert.deepEqual(litter, [], "temporary files of cut-off attempts are removed");
}
