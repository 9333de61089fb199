import type { Verdict } from "../records/verdict.ts";
import type { Run, Runtime } from "../runtime.ts";

/** The wall clock may jump while it waits for one of its times: it is asked again after this long. */
const LONGEST_WAIT_MS = 600_000;

/** Has a run that waits made again at its time: one that was limited with its hints, any other as if its condition opened. */
export function deferRun(
  runtime: Runtime,
  run: Run,
  { for: what, untilMs }: Verdict & { readonly type: "waiting" },
): void {
  if (untilMs === undefined) return;
  if (what !== "limit") {
    if (!runtime.isServing()) return;
    const atMs = Math.min(untilMs, runtime.clock.monotonicMs() + LONGEST_WAIT_MS);
    return run.record.alarms.set("gate", atMs, runtime.schedule);
  }
  run.record.deferred = run.hints;
  run.record.alarms.set("limit", untilMs, runtime.schedule);
}
