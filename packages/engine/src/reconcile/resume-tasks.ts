import { Fault, sleep, type TaskState, unreachable } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { bounded } from "../deadline/bounded.ts";

/** Between two questions whether a task goes on. */
const ASK_AGAIN_MS = 1_000;

/**
 * Waits for work outside of the agent that an attempt had on record when the agent ended, a package transaction for one:
 * what it does is not over, so nothing that is observed now would be true for long. The resource holds its lanes meanwhile.
 * @throws {Fault} TaskUnknown, when its state is unknown; ResourceTimeout, when it goes on beyond the deadline.
 *   In both cases it is asked again with the next run.
 */
export async function resumeTasks(runtime: Runtime, record: ResourceRecord): Promise<void> {
  const { resume } = record.declared.kind;
  if (resume === undefined || runtime.isDetectOnly(record)) return;
  for (const { task } of record.staleIntents) {
    if (task === undefined) continue;
    await bounded(runtime, {
      record,
      verb: `task ${task}`,
      run: (signal) => untilOver(runtime, record, { task, signal: signal() }),
    });
  }
}

async function untilOver(
  runtime: Runtime,
  { declared, id }: ResourceRecord,
  { task, signal }: { readonly task: string; readonly signal: AbortSignal },
): Promise<void> {
  const { kind } = declared;
  const context = { host: runtime.ports.readerFor(kind), signal, log: runtime.log };
  for (;;) {
    const state: TaskState = (await kind.resume?.(task, context)) ?? { type: "over" };
    switch (state.type) {
      case "over":
        return;
      case "unknown":
        throw unknownTask(task, state.why);
      case "running":
        runtime.events({ type: "progress", id, message: `${task} still goes on` });
        await sleep(runtime.clock, ASK_AGAIN_MS, signal);
        break;
      default:
        unreachable(state);
    }
  }
}

function unknownTask(task: string, why: string): Fault {
  return new Fault({
    reason: "TaskUnknown",
    message: `the state of ${task}, which was begun before the agent ended, is unknown: ${why}`,
    resolution: "Find out whether it still runs; nothing is written before that is known.",
  });
}
