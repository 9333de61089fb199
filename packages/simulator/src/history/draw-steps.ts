import { seededRandom } from "@holdfast/testing";
import { Draw } from "./draw.ts";
import type { Action, Step } from "./step.ts";

const CALLS = [
  "create",
  "write",
  "sync",
  "syncPath",
  "rename",
  "chmod",
  "openFile",
  "lookup",
  "unlink",
];
const ERRNOS = ["EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE"];

/** The steps of a history: equal for equal seeds, and each drawn for itself, so that leaving some out changes no other. */
export function drawSteps(seed: number, count: number): readonly Step[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (): Step => {
    const draw = new Draw(seededRandom(Math.floor(random.next() * 2 ** 32)));
    return { action: drawAction(draw), thenMs: drawPause(draw) };
  });
}

function drawPause(draw: Draw): number {
  return draw.weighted<() => number>([
    [25, () => 0],
    [40, () => draw.between(1, 700)],
    [28, () => draw.between(701, 8_000)],
    [5, () => draw.between(8_001, 60_000)],
    [2, () => draw.between(60_001, 700_000)],
  ])();
}

function drawAction(draw: Draw): Action {
  const pick = draw.below(1_000);
  return draw.weighted<() => Action>([
    [3, () => ({ type: "nothing" })],
    [6, () => ({ type: "gate", gate: pick })],
    [4, () => ({ type: "service", service: pick, how: draw.one(["refused", "hang"] as const) })],
    [
      34,
      () => ({
        type: "tamper",
        pick,
        how: draw.one(["edit", "edit", "replace", "remove", "chmod", "remove parent"] as const),
        times: draw.chance(0.2) ? draw.between(2, 15) : 1,
      }),
    ],
    [12, () => drawTrouble(draw, pick)],
    [5, () => drawErrno(draw)],
    [2, () => ({ type: "obstruct", pick })],
    [14, () => ({ type: "relief" })],
    [1, () => ({ type: "ledger full" })],
    [3, () => ({ type: "weather", weather: draw.one(["lost", "doubled", "late"] as const) })],
    [2, () => ({ type: "overflow", pick })],
    [2, () => ({ type: "watch ends", pick, staysBroken: draw.chance(0.4) })],
    [4, () => ({ type: "manifest", seed: draw.below(1_000_000) })],
    [2, () => ({ type: "operator", pick: draw.chance(0.3) ? undefined : pick })],
    [1, () => ({ type: "pause" })],
    [2, () => ({ type: "stop" })],
    [1, () => ({ type: "kill" })],
    [3, () => ({ type: "power", afterCalls: draw.below(14), inLedger: draw.chance(0.35) })],
    [1, () => ({ type: "pass" })],
    [2, () => ({ type: "clock jumps", byMs: draw.between(-1e9, 1e9) })],
  ])();
}

function drawTrouble(draw: Draw, pick: number): Action {
  const verb = draw.weighted([
    [60, "apply" as const],
    [20, "observe" as const],
    [8, "refresh" as const],
    [7, "snapshot" as const],
  ]);
  const trouble = draw.weighted([
    [25, { type: "fails", isForGood: false } as const],
    [5, { type: "fails", isForGood: true } as const],
    [10, { type: "fails late" } as const],
    [8, { type: "throws" } as const],
    [7, { type: "hangs" } as const],
    [4, { type: "hangs on" } as const],
    [25, { type: "takes", ms: draw.between(1, 3_000) } as const],
    [16, { type: "does nothing" } as const],
  ]);
  return { type: "trouble", pick, verb, trouble };
}

function drawErrno(draw: Draw): Action {
  return {
    type: "errno",
    call: draw.one(CALLS),
    errno: draw.one(ERRNOS),
    nth: draw.between(1, 5),
    times: draw.between(1, 3),
  };
}
