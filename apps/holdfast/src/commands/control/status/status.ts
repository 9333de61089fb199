import { endingOfResults, type Ending } from "../../../exit-code.ts";
import type { Output } from "../../../output/output.ts";
import { listenForStop } from "../../../stop-signals.ts";
import type { Surroundings } from "../../../surroundings.ts";
import type { CommandOptions } from "../../command-options.ts";
import { withOutput } from "../../with-output.ts";
import { openClient } from "../open-client.ts";
import { askStatus, type KnownResource } from "./known-status.ts";
import { statusLines } from "./status-lines.ts";

/** Asks the agent that serves how everything is; with `--watch` shows it until it is stopped. */
export async function status(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const client = openClient(options, surroundings);
    if (options.watch === true) {
      await watch(client, output, stop.signal);
      return "inSync";
    }
    const known = await askStatus(client, stop.signal);
    output.value(statusLines(known), known.data);
    return endingOf(known.resources);
  });
}

/** A frame for each news. */
async function watch(
  client: ReturnType<typeof openClient>,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const [{ realClock: clock }, { watchStatus }, { createStatusFrames }] = await Promise.all([
    import("@holdfast/host"),
    import("./watch-status.ts"),
    import("./status-frames.ts"),
  ]);
  const frameOf = createStatusFrames();
  await watchStatus(
    {
      client,
      clock,
      show(seen) {
        const frame = frameOf(seen);
        if (frame !== undefined) output.frame(frame);
      },
    },
    signal,
  );
}

/** As an apply that left everything so would end; what is not done yet counts as pending. */
function endingOf(resources: readonly KnownResource[]): Ending {
  const count = (...types: readonly string[]): number =>
    resources.filter(({ type }) => types.includes(type)).length;
  return endingOfResults({
    ok: count("Ready"),
    changed: 0,
    failed: count("Failed", "UnknownKind"),
    skipped: count("Blocked"),
    noop: count("Drifted", "Pending", "Reconciling", "Waiting"),
    denied: count("Denied"),
    unknown: count("Unknown"),
    total: resources.length,
    durationMs: 0,
  });
}
