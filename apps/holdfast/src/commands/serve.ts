import { toFault } from "@holdfast/core";
import type { CommandOptions } from "./command-options.ts";
import { endingOfServe } from "../exit-code.ts";
import { listenForStop } from "../stop-signals.ts";
import type { Surroundings } from "../surroundings.ts";
import { chooseLogFormat } from "./log.ts";
import { openCommandAgent } from "./open-agent.ts";
import { socketGroups } from "./control/socket-groups.ts";
import { VERSION } from "../version-number.ts";
import { outliveOutput } from "../outlet/outlive-output.ts";
import { withOutput } from "./with-output.ts";

/** Makes this machine as declared and keeps it so, until it is stopped or, with `--timeout`, nothing changed for that long. */
export async function serve(
  [path]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  // Paths were written from `surroundings.directory`. A directory that we stand in cannot be unmounted, and one that
  // is removed keeps Node from starting threads.
  process.chdir("/");
  const timeoutMs = options.timeout ?? 0;
  const run = { options, surroundings, shape: "stream", isBounded: timeoutMs > 0 } as const;
  return await withOutput(run, async (output) => {
    let reload = async (): Promise<void> => {};
    using stop = listenForStop({
      reload: () => {
        reload().catch((thrown: unknown) => output.error(toFault(thrown)));
      },
      hasGrace: true,
      outlivesOutput: true,
    });
    const { graceEnds } = stop;
    const { events } = output;
    const groups = await socketGroups(options, stop.signal);
    output.busy("reading the source");
    const logFormat = chooseLogFormat(options.logFormat, surroundings);
    await using agent = await openCommandAgent(
      { path, options, surroundings, intends: "write", events, logFormat, graceEnds },
      stop.signal,
    );
    reload = () => agent.reload();
    outliveOutput(surroundings, agent);
    const reachable = { version: VERSION, environment: surroundings.environment, ...groups };
    const { keepEventsDays: days = 0, keepEventsFiles: files = 0 } = options;
    const keepEvents = { days, files };
    const report = await agent.serve({ timeoutMs, keepEvents, reachable }, stop.signal);
    output.report(report);
    return stop.forcedCode ?? endingOfServe(report.summary, stop.signal.aborted);
  });
}
