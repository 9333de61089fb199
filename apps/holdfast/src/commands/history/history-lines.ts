import { changesIn, textIn } from "@holdfast/agent/control";
import type { History, HistoryEntry } from "@holdfast/agent/records";
import { changeLines } from "../../output/text/change-lines.ts";
import { indent, type Line, line, type Tone, toned } from "../../output/text/line.ts";

/** A history for people, the newest last, and how far it can be relied upon. */
export function historyLines(history: History): readonly Line[] {
  return [...history.entries.flatMap(entryLines), ...extentLines(history), ...damageLines(history)];
}

function entryLines(entry: HistoryEntry): readonly Line[] {
  const { at, id, type, changes, fault = {} } = entry;
  const reason = textIn(fault["reason"]);
  // What is private never came into the log.
  const view = { reader: { uid: 0 } };
  return [
    line(
      toned("faint", `${at} `),
      toned(TONES[type], type),
      " ",
      toned("strong", id),
      toned("faint", `  ${wordsOf(entry).join(", ")}`),
    ),
    ...changesIn({ changes }).flatMap((change) =>
      changeLines(change, view).map((content) => indent(4, content)),
    ),
    ...(reason === "" ? [] : [line(toned("bad", `    ${reason}: `), textIn(fault["message"]))]),
  ];
}

const TONES: Readonly<Record<HistoryEntry["type"], Tone>> = {
  changed: "changed",
  removed: "changed",
  refreshed: "changed",
  operated: "changed",
  approved: "strong",
  refused: "bad",
  drifted: "bad",
  attributed: "bad",
  ordered: "changed",
  failed: "bad",
};

const CAUSES: Readonly<Record<HistoryEntry["cause"], string>> = {
  intent: "as newly declared",
  drift: "drift",
  operator: "an operator asked for it",
};

function wordsOf(entry: HistoryEntry): readonly string[] {
  const { type, cause, what, by, generation, run, times, lastAt } = entry;
  // Who did it is all that such an entry says.
  if (type === "attributed") return [by ?? "", run];
  const removal = type === "removed" && cause === "intent" ? "no longer declared" : undefined;
  const asked = by === undefined ? undefined : `asked for by ${by}`;
  return [
    removal ?? asked ?? CAUSES[cause],
    ...(what === "" ? [] : [what]),
    ...(times === undefined ? [] : [`${times} times, last ${lastAt ?? ""}`]),
    ...(generation === undefined ? [] : [`generation ${generation}`]),
    run,
  ];
}

/** From when on something is known. */
function extentLines({ entries, readFrom, isAllRead, isFromStart }: History): readonly Line[] {
  if (readFrom === undefined) return [line("nothing is on record")];
  const nothing = entries.length === 0 ? "nothing happened; " : "";
  if (!isAllRead) return [line(toned("faint", `${nothing}the log has more before ${readFrom}`))];
  const pruned = isFromStart ? "" : "; what was before is no longer kept";
  return [line(toned("faint", `${nothing}the log knows from ${readFrom} on${pruned}`))];
}

function damageLines({ damages, damageCount }: History): readonly Line[] {
  if (damageCount === 0) return [];
  const more = damageCount - damages.length;
  return [
    ...damages.map(({ file, line: at, why }) =>
      line(toned("bad", "damaged "), `${file} line ${at}: ${why}`),
    ),
    ...(more > 0 ? [line(toned("bad", `and ${more} more`))] : []),
    line("the rest is shown; holdfast events --verify says what can be relied upon"),
  ];
}
