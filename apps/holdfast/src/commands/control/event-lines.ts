import { listIn, objectIn, textIn, textsIn } from "@holdfast/agent/control";
import type { JsonObject } from "@holdfast/core";
import { type Line, line, type Tone, toned } from "../../output/text/line.ts";

/** An event of the agent that serves as one line, and its fault as a second one. */
export function eventLines(event: JsonObject): readonly Line[] {
  const type = textIn(event["type"]);
  const fault = objectIn(event["fault"]);
  const reason = textIn(fault["reason"]);
  const subject = textIn(event["id"]) || textIn(event["subject"]);
  return [
    line(
      toned("faint", `${textIn(event["at"])} `),
      toned(TONES[type] ?? "strong", type),
      subject === "" ? "" : ` ${subject}`,
      toned(
        "faint",
        wordsOf(event)
          .map((word) => `  ${word}`)
          .join(""),
      ),
    ),
    ...(reason === "" ? [] : [line(toned("bad", `    ${reason}: `), textIn(fault["message"]))]),
  ];
}

const TONES: Readonly<Record<string, Tone>> = {
  drift: "changed",
  degraded: "bad",
  gap: "bad",
  recovered: "good",
  watching: "good",
};

/** The words besides the subject: what was asked and by whom, a status, the trigger, which fields differed, counts. */
function wordsOf(event: JsonObject): readonly string[] {
  const changed = listIn(event["changes"]).map(({ path }) => textIn(path));
  const named = NAMED.flatMap((name) => {
    const value = textIn(event[name]);
    return value === "" ? [] : [`${name}: ${value}`];
  });
  const requester = textIn(objectIn(event["requester"])["words"]);
  const by = textsIn(event["by"]).join(" and ");
  const approved = by === "" ? [] : [`${textIn(event["what"])}: ${textIn(event["verb"])} by ${by}`];
  const author = textIn(objectIn(event["author"])["words"]);
  return [
    ...approved,
    ...named,
    ...(changed.length === 0 ? [] : [`fields: ${changed.join(", ")}`]),
    ...(requester === "" ? [] : [`asked for by ${requester}`]),
    ...(author === "" ? [] : [author]),
  ];
}

const NAMED = [
  "operation",
  "order",
  "detail",
  "status",
  "trigger",
  "message",
  "generation",
  "resources",
  "reason",
];
