import { listIn, objectIn, textIn } from "@holdfast/agent/control";
import type { Change, JsonObject } from "@holdfast/core";
import { changeLines } from "../../output/text/change-lines.ts";
import { formatDuration } from "../../output/text/duration.ts";
import { faultLines, type ShownFault } from "../../output/text/fault-lines.ts";
import { indent, type Line, line, toned } from "../../output/text/line.ts";
import { outputLines } from "../../output/text/result-lines.ts";

/** How much of it is shown. */
export interface WhyView {
  /** The whole output of its last command, not only the end of it. */
  readonly isVerbose: boolean;
}

/** Why a resource is as it is, and after it what holds it back, the root last. */
export function whyLines(answer: JsonObject, view: WhyView): readonly Line[] {
  const causes = listIn(answer["causes"]);
  return [
    ...explanationLines(answer, view),
    ...causes.flatMap((cause) => [
      line(""),
      line("held back by"),
      ...explanationLines(cause, view),
    ]),
  ];
}

function explanationLines(account: JsonObject, view: WhyView): readonly Line[] {
  const status = objectIn(account["status"]);
  const message = textIn(objectIn(account["view"])["message"]);
  const lastRun = objectIn(account["lastRun"]);
  const lastNews = objectIn(account["lastNews"]);
  const isNewsLast = textIn(lastNews["endedAt"]) === textIn(lastRun["endedAt"]);
  return [
    line(
      toned("strong", textIn(account["id"])),
      `  ${textIn(status["type"])}`,
      toned("faint", `  ${message}, since ${textIn(status["since"])}`),
    ),
    ...(account["isRemoval"] === true ? [labelled("leaving", LEAVING)] : []),
    ...healthLines(objectIn(status["health"])),
    ...underWayLines(objectIn(account["underWay"]), textIn(status["type"])),
    ...runLines("last news", lastNews),
    ...driftLines(objectIn(account["drift"])),
    ...conditionLines(objectIn(account["condition"])),
    ...(isNewsLast ? [] : runLines("last run", lastRun)),
    ...printedLines(objectIn(account["output"]), view),
    ...nextLines(account),
  ];
}

const LEAVING = "it is no longer declared, so it is to be deleted";

/** Each health check, and how it last failed. */
function healthLines(health: JsonObject): readonly Line[] {
  return listIn(health["checks"]).map((check, at) => {
    const { why, at: failedAt } = objectIn(check["lastFailure"]);
    const failed = why === undefined ? "" : `; last failure ${textIn(failedAt)}: ${textIn(why)}`;
    const published = `${textIn(check["as"])} ${textIn(check["name"])}: ${textIn(check["status"])}`;
    return labelled(
      at === 0 ? "health" : "",
      `${published}, since ${textIn(check["since"])}${failed}`,
    );
  });
}

/** What goes on at this moment, and who asked for it. */
function underWayLines(run: JsonObject, statusType: string): readonly Line[] {
  const asked = objectIn(run["asked"]);
  if (textIn(asked["at"]) === "") return [];
  const doing = statusType === "Reconciling" ? "it is being changed" : "it is being observed";
  return [labelled("now", doing), askedLine(asked)];
}

function askedLine(asked: JsonObject): Line {
  return labelled("  asked by", `${askedBy(asked)}, at ${textIn(asked["at"])}`);
}

function runLines(title: string, run: JsonObject): readonly Line[] {
  const endedAt = textIn(run["endedAt"]);
  if (endedAt === "") return [];
  const result = objectIn(run["result"]);
  const fault = objectIn(result["fault"]);
  return [
    labelled(title, `${endedAt}, under generation ${textIn(run["generation"])}`),
    askedLine(objectIn(run["asked"])),
    ...listIn(result["changes"]).flatMap((change, at) => foundLines(changeIn(change), at)),
    labelled("  ended", endingOf(result)),
    ...("reason" in fault ? faultLines(faultIn(fault)).map((text) => indent(COLUMNS, text)) : []),
  ];
}

/** Lines of the output of a command that are shown, unless all are wanted. */
const SHOWN_OUTPUT_LINES = 10;

/** What its last command wrote, as long as the agent knows it: the end of it, because there a failure is explained. */
function printedLines(output: JsonObject, { isVerbose }: WhyView): readonly Line[] {
  const { stdout, stderr, isTruncated } = output;
  const lines = outputLines({
    stdout: textIn(stdout),
    stderr: textIn(stderr),
    isTruncated: isTruncated === true,
  });
  const left = isVerbose ? 0 : Math.max(0, lines.length - SHOWN_OUTPUT_LINES);
  const earlier =
    left === 0 ? [] : [line(toned("faint", `… ${left} earlier lines; --verbose shows them`))];
  return [...earlier, ...lines.slice(left)].map((content, at) =>
    at === 0 ? [...labelled("printed", ""), ...content] : indent(COLUMNS, content),
  );
}

/** The author of its drift, as far as the machine knows. */
function driftLines(drift: JsonObject): readonly Line[] {
  const seenAt = textIn(drift["seenAt"]);
  if (seenAt === "") return [];
  const words = textIn(objectIn(drift["attribution"])["words"]);
  const who = words === "" ? "is being found out" : words;
  const times = listIn(drift["authors"]).map(({ name, times: count }) => {
    const often = textIn(count);
    return `${textIn(name)} ${often} ${often === "1" ? "time" : "times"}`;
  });
  return [
    labelled("drifted", `${seenAt}, and who did it: ${who}`),
    ...(times.length === 0 ? [] : [labelled("", `of its last drifts: ${times.join(", ")}`)]),
  ];
}

/** What is not well with it although it may be as declared: it flaps, and by whom. */
function conditionLines(condition: JsonObject): readonly Line[] {
  if (!("reason" in condition)) return [];
  const [first = [], ...rest] = faultLines(faultIn(condition));
  return [[...labelled("degraded", ""), ...first], ...rest.map((text) => indent(COLUMNS, text))];
}

/** Room for the widest label and two spaces. */
const COLUMNS = 14;

function labelled(label: string, text: string): Line {
  return line(toned("faint", `  ${label.padEnd(COLUMNS - 2)}`), text);
}

function foundLines(change: Change, at: number): readonly Line[] {
  // What is private was left out by the agent, for whom it does not concern.
  const [first = [], ...more] = changeLines(change, { reader: { uid: 0 } });
  return [
    [...labelled(at === 0 ? "  found" : "", ""), ...first],
    ...more.map((content) => indent(COLUMNS, content)),
  ];
}

function askedBy(asked: JsonObject): string {
  const kinds = Array.isArray(asked["kinds"]) ? asked["kinds"].map(textIn) : [];
  const words = kinds.map((kind) => HINT_WORDS[kind] ?? kind).join(", ");
  const trigger = textIn(asked["trigger"]);
  return trigger === "" || kinds.includes(trigger) ? words : `${words}: ${trigger}`;
}

const HINT_WORDS: Readonly<Record<string, string>> = {
  watch: "the operating system",
  poll: "the agent itself",
  retry: "the failure before it",
  condition: "a condition",
  dependency: "a dependency",
  operator: "an operator",
  generation: "a start or a new manifest",
};

/** What the gate and the attempt came to. */
function endingOf(result: JsonObject): string {
  const status = textIn(result["status"]);
  if (status === "") return "as the last attempt left it: the next attempt stands";
  const isRepair = status === "changed" && result["cause"] === "drift";
  const word = isRepair ? "repaired" : (ENDINGS[status] ?? status);
  const reason = textIn(result["reason"]);
  const blockedBy = textIn(result["blockedBy"]);
  const durationMs = result["durationMs"];
  return [
    typeof durationMs === "number" ? `${word} in ${formatDuration(durationMs)}` : word,
    ...(reason === "" ? [] : [reason]),
    ...(blockedBy === "" ? [] : [`by ${blockedBy}`]),
  ].join(", ");
}

const ENDINGS: Readonly<Record<string, string>> = {
  ok: "found as declared",
  noop: "left alone",
};

function nextLines(account: JsonObject): readonly Line[] {
  const next = objectIn(account["next"]);
  const kinds = Array.isArray(next["askedBy"]) ? next["askedBy"].map(textIn) : [];
  const after = Array.isArray(next["after"]) ? next["after"].map(textIn) : [];
  const failures = textIn(account["failures"]);
  const at = (name: string, words: string): readonly string[] => {
    const time = textIn(next[name]);
    return time === "" ? [] : [`${words} at ${time}`];
  };
  const words = [
    ...(kinds.length === 0
      ? []
      : [`asked for by ${kinds.map((kind) => HINT_WORDS[kind] ?? kind).join(", ")}`]),
    ...(after.length === 0 ? [] : [`after ${after.join(", ")}`]),
    ...at("retryAt", `next attempt, after ${failures} that failed,`),
    ...at("windowAt", "the burst of events ends"),
    ...at("limitAt", "its limit lets it change again"),
    ...at(
      "resyncAt",
      account["isWatched"] === true ? "watched; observed anyway" : "not watched; observed",
    ),
  ];
  const [first = "when an event names it", ...more] = words;
  if (words.length === 0 && next["isRunning"] === true) return [];
  return [labelled("next", first), ...more.map((text) => labelled("", text))];
}

function changeIn({ path, from = null, to = null, action }: JsonObject): Change {
  return {
    path: textIn(path),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    action: action === "add" || action === "remove" ? action : "replace",
  };
}

function faultIn(fault: JsonObject): ShownFault {
  return {
    reason: textIn(fault["reason"]),
    message: textIn(fault["message"]),
    resolution: textIn(fault["resolution"]),
  };
}
