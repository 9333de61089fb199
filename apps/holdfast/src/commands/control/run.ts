import { operationIn, reportedResultIn } from "@holdfast/agent/control";
import { indent } from "../../output/text/line.ts";
import { operationLines, resultLines } from "../../output/text/result-lines.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openClient } from "./open-client.ts";

/** The agent has its own deadline for each operation, and for what it waits for; this one is for an agent that hangs. */
const DEADLINE_MS = 6 * 3_600_000;

/**
 * Has the agent that serves do something with a resource, once, when its turn has come, and waits for the end. Who does
 * not wait any longer does not stop it.
 */
export async function run(
  [id = "", operation = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    output.busy(`${operation} of ${id}`);
    const path = `/run/${encodeURIComponent(id)}/${encodeURIComponent(operation)}`;
    const body = options.key === undefined ? {} : { body: { key: options.key } };
    const question = { method: "POST", path, ...body, deadlineMs: DEADLINE_MS } as const;
    const answer = await openClient(options, surroundings).ask(question, stop.signal);
    const report = operationIn(answer);
    const after = reportedResultIn(answer);
    const isWell = after === undefined || after.status === "ok" || after.status === "changed";
    const reader = { uid: surroundings.userId };
    const rest = isWell ? [] : resultLines(after, { reader });
    output.value([...operationLines(report), ...rest.map((line) => indent(2, line))], answer);
    if (report.status === "failed") return "allFailed";
    return report.status === "done" ? "changed" : "inSync";
  });
}
