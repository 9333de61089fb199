import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  ABSENT,
  change,
  commandFault,
  type CommandRequest,
  type CommandResult,
  present,
  type ResourceKind,
} from "@holdfast/core";
import fc from "fast-check";
import * as z from "zod/mini";
import type { LawMachine } from "../../law-machines/law-machine.ts";
import { openSimulatedMachine } from "../../law-machines/simulated-machine.ts";
import type { Operation } from "../../operations/operation.ts";
import { openRealMachine } from "../../real-host/real-machine.ts";
import type { SimulatedKernel } from "../../simulated-host/kernel/kernel.ts";
import type { Programs } from "../../simulated-host/simulated-commands.ts";
import { applyConvergesOrRefuses } from "./apply-laws.ts";
import { kindConformance } from "./kind-conformance.ts";
import type { Drawn } from "./law.ts";
import type { KindSample } from "./samples.ts";
import { testOf } from "./test-run.ts";
import { survivesTrouble } from "./trouble-laws.ts";

const PATHS = ["/srv/one", "/srv/two"] as const;
const ROOT = "$HOLDFAST_ROOT";

/** Two files that one tool makes and another one finds; the scripts are what a real machine runs. */
const MAKE = PATHS.map((path) => `: > "${ROOT}${path}"`).join("; ");
const MAKE_ONCE = `test ! -e "${ROOT}${PATHS[0]}" || exit 9; ${MAKE}`;
const FIND = `test -e "${ROOT}${PATHS[0]}" && test -e "${ROOT}${PATHS[1]}"`;
const requestOf = (script: string): CommandRequest => ({
  argv: ["/bin/sh", "-c", script],
  env: { PATH: "/usr/bin:/bin" },
  timeoutMs: 600_000,
});
const isThere = (kernel: SimulatedKernel, path: string) => kernel.inspect.stat(path) !== undefined;
const make = (kernel: SimulatedKernel) => {
  for (const path of PATHS) kernel.tamper.write(path, "");
  return {};
};
const scripts: Programs = {
  [MAKE]: (_, kernel) => make(kernel),
  [MAKE_ONCE]: (_, kernel) => (isThere(kernel, PATHS[0]) ? { exitCode: 9 } : make(kernel)),
  [FIND]: (_, kernel) => ({ exitCode: PATHS.every((path) => isThere(kernel, path)) ? 0 : 1 }),
};
const programs = Object.fromEntries(
  Object.entries(scripts).map(([script, behaviour]) => [`/bin/sh -c ${script}`, behaviour]),
);

type PairKind = ResourceKind<object, "both", undefined, object>;

/** A kind that runs tools, and judges them by their exit codes. */
function pairOf(script: string, isSuccess: (result: CommandResult) => boolean): PairKind {
  return {
    kind: "pair",
    summary: "Two files.",
    support: { platforms: ["linux"], built: ["linux"], verified: [] },
    ports: ["commands"],
    schema: z.strictObject({}),
    resyncMs: 1_000,
    bind: (_name, input) => input,
    async observe(_spec, { host, signal }) {
      const request = requestOf(FIND);
      const result = await host.commands.query(request, signal);
      if (result.exitCode === 1) return ABSENT;
      if (result.exitCode !== 0) throw commandFault(request, result);
      return present("both");
    },
    diff: (_spec, observed) => (observed === undefined ? [change("state", "absent", "both")] : []),
    async apply({ changes }, { host, signal }) {
      if (changes.length === 0) return;
      const request = requestOf(script);
      const result = await host.commands.run(request, signal);
      if (!isSuccess(result)) throw commandFault(request, result);
    },
    fingerprint: (observed) => observed,
    runsCommands: true,
  };
}

const pair = pairOf(MAKE, ({ exitCode }) => exitCode === 0);
const clear: readonly Operation[] = PATHS.map((path) => ({ type: "remove", path }));
const sample: KindSample<object> = {
  name: "a pair",
  input: {},
  needs: [{ type: "directory", path: "/srv" }, ...clear],
  before: [],
  isUnnoticed: true,
};
const tampers = clear;

kindConformance(pair, {
  samples: fc.constant(sample),
  tampers: () => fc.constantFrom(...tampers),
  programs,
});

const machines: readonly (() => LawMachine)[] = [
  () => openSimulatedMachine({ programs }),
  () => openRealMachine({ programs }),
];

function drawn(kind: PairKind): Drawn {
  return { testRun: testOf(kind, sample), tampers, errno: "EIO", seed: 1, troubledCalls: 9 };
}

suite("law 4: whichever command is killed or says no", () => {
  test("notices a kind that takes a killed command for one that succeeded", async () => {
    const trusting = pairOf(MAKE, ({ exitCode }) => exitCode === undefined || exitCode === 0);
    for (const open of machines) {
      const broken = /commands\.run: killed after 0 changes: .* applied without a fault, and still/;
      await assert.rejects(survivesTrouble(drawn(trusting), open), broken);
    }
  });

  test("notices a kind that does not read exit codes", async () => {
    const trusting = pairOf(MAKE, ({ exitCode }) => exitCode !== undefined);
    for (const open of machines) {
      const broken = /commands\.run: refuse: .* applied without a fault, and still differs/;
      await assert.rejects(survivesTrouble(drawn(trusting), open), broken);
    }
  });

  test("notices a tool that cannot go on where it was killed", async () => {
    const once = pairOf(MAKE_ONCE, ({ exitCode }) => exitCode === 0);
    const open = () => openSimulatedMachine({ programs });
    const broken = /commands\.run: killed after 1 changes: .* does not converge afterwards/;
    await assert.rejects(survivesTrouble(drawn(once), open), broken);
  });
});

suite("a kind that is tried in a directory", () => {
  test("runs no program of the machine around it that its samples do not list", async () => {
    for (const [listed, refused] of [
      [{}, FIND],
      [{ [`/bin/sh -c ${FIND}`]: scripts[FIND] ?? "missing" }, MAKE],
    ] as const) {
      const work = applyConvergesOrRefuses(drawn(pair), () =>
        openRealMachine({ programs: listed }),
      );
      await assert.rejects(work, (error) => {
        const message = error instanceof Error ? error.message : "";
        return message.startsWith(`/bin/sh -c ${refused} is not run: \`programs\` of the samples`);
      });
    }
  });
});
