import { listIn, textIn } from "@holdfast/agent/control";
import { API_VERSION, Fault, type JsonObject } from "@holdfast/core";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { askServing } from "../control/ask-serving.ts";

/**
 * Says that the machine can still be reached after changes that might have cut it off, by default after all of them: they stay. The
 * agent that serves takes it, or the apply that waits for it, or else the ledger.
 */
export async function confirm(
  words: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const named = words.filter((word) => word !== undefined);
    const ops = named.length === 0 ? undefined : named;
    using stop = listenForStop();
    const body: JsonObject = ops === undefined ? {} : { ops };
    // An apply has the lock and serves no socket.
    const asked = { options, surroundings, canDoWithout: true };
    const question = { method: "POST", path: "/confirm", body } as const;
    const answer = await askServing(question, asked, stop.signal);
    const confirmed =
      answer === undefined
        ? await confirmHere(ops, { options, surroundings }, stop.signal)
        : listIn(answer["confirmed"]).map((one) => `${textIn(one["op"])} of ${textIn(one["id"])}`);
    const lines = confirmed.map((one) => line(`confirmed: ${one}`));
    const shown = lines.length === 0 ? [line("nothing waits to be confirmed")] : lines;
    output.value(shown, { apiVersion: API_VERSION, confirmed });
    return confirmed.length === 0 ? "notFound" : "inSync";
  });
}

async function confirmHere(
  ops: readonly string[] | undefined,
  asked: { readonly options: CommandOptions; readonly surroundings: Surroundings },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { openIdleAgent } = await import("../open-agent.ts");
  try {
    await using agent = await openIdleAgent({ ...asked, events: () => {} }, signal);
    return await agent.confirm(ops, signal);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason !== "AgentRunning") throw error;
    // It waits for a file.
    const { confirmApply } = await import("@holdfast/agent");
    const { rootOf } = await import("../../root-directory.ts");
    await confirmApply(rootOf(asked.options, asked.surroundings), ops);
    return ops ?? ["everything that the apply waits for"];
  }
}
