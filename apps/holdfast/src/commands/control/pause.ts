import { textIn, type Question } from "@holdfast/agent/control";
import {
  API_VERSION,
  type JsonObject,
  parsePauseReason,
  type Pause,
  requesterWords,
} from "@holdfast/core";
import type { Output } from "../../output/output.ts";
import { line } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { requesterOf } from "../../requester.ts";
import { withOutput } from "../with-output.ts";
import { idsOf } from "../../named-ids.ts";
import { askServing, type AskedRoot } from "./ask-serving.ts";

/** Puts the agent on hold: running work goes on to its end, nothing else is observed or changed until `resume`. */
export async function pause(
  _args: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const reason = parsePauseReason(options.reason);
    const body = reason === undefined ? {} : { reason };
    const asked = { method: "POST", path: "/pause", body } as const;
    const answer = await askOrDo(asked, { options, surroundings, output }, () => {
      const requester = requesterOf(surroundings);
      const by = requester === undefined ? {} : { by: requesterWords(requester) };
      return { at: new Date().toISOString(), ...by, ...body };
    });
    const running = textIn(answer["running"]);
    print(output, answer, [
      "paused",
      ...(running === "" ? ["no agent runs, and the next one will wait"] : []),
      ...(running === "" || running === "0"
        ? []
        : [`${running} being worked on go on to their end`]),
    ]);
    return "inSync";
  });
}

/** Lets a paused agent go on: everything is observed. With ids, what was undone of these is done again. */
export async function resume(
  words: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  if (words.some((word) => word !== undefined)) return resumeUndone(words, options, surroundings);
  return await withOutput({ options, surroundings }, async (output) => {
    const asked = { method: "POST", path: "/resume" } as const;
    const answer = await askOrDo(asked, { options, surroundings, output }, () => undefined);
    print(output, answer, [answer["wasPaused"] === true ? "resumed" : "it was not paused"]);
    return "inSync";
  });
}

async function resumeUndone(
  words: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const ids = idsOf(words);
    using stop = listenForStop();
    const question = { method: "POST", path: "/undo/resume", body: { ids } } as const;
    const answer = await askServing(question, { options, surroundings }, stop.signal);
    if (answer === undefined) {
      const { openIdleAgent } = await import("../open-agent.ts");
      const { events } = output;
      await using agent = await openIdleAgent({ options, surroundings, events }, stop.signal);
      await agent.liftHolds(ids, stop.signal);
    }
    const lines = ids.map((id) => line(`${id} is no longer held`));
    output.value(lines, { apiVersion: API_VERSION, ids });
    return "inSync";
  });
}

interface Place extends AskedRoot {
  readonly output: Output;
}

/** Asks the agent that serves; where none does, writes it into the ledger, where the next one finds it. */
async function askOrDo(
  question: Question,
  { options, surroundings, output }: Place,
  wanted: () => Pause | undefined,
): Promise<JsonObject> {
  using stop = listenForStop();
  const answer = await askServing(question, { options, surroundings }, stop.signal);
  if (answer !== undefined) return answer;
  const { openIdleAgent } = await import("../open-agent.ts");
  const { events } = output;
  await using agent = await openIdleAgent({ options, surroundings, events }, stop.signal);
  const paused = wanted();
  const before = await agent.pause(paused, stop.signal);
  return paused === undefined ? { wasPaused: before !== undefined } : { paused: { ...paused } };
}

function print(output: Output, answer: JsonObject, words: readonly string[]): void {
  output.value([line(words.join("; "))], { apiVersion: API_VERSION, ...answer });
}
