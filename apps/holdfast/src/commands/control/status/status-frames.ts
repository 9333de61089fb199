import { listIn, objectIn, textIn } from "@holdfast/agent/control";
import { API_VERSION, type JsonObject } from "@holdfast/core";
import type { Frame, Size } from "../../../output/frame.ts";
import { type Line, line, toned } from "../../../output/text/line.ts";
import type { KnownResource } from "./known-status.ts";
import { agentLine, countsLine, resourceLines, statusLines, unready } from "./status-lines.ts";
import type { SeenStatus } from "./watch-status.ts";

/**
 * Makes the function that turns each status into a frame; `undefined` when nothing but times has changed since the
 * last one.
 */
export function createStatusFrames(): (seen: SeenStatus) => Frame | undefined {
  let shown: string | undefined;
  return (seen) => {
    const frame = frameOf(seen);
    const news = newsIn(frame.data);
    if (news === shown) return undefined;
    shown = news;
    return frame;
  };
}

function frameOf(seen: SeenStatus): Frame {
  const { known, away } = seen;
  if (away === undefined) {
    return {
      data: known.data,
      lines: (size) => (size === undefined ? statusLines(known) : tableLines(seen, size)),
    };
  }
  const { reason, message, resolution } = away;
  return {
    data: { apiVersion: API_VERSION, away: { reason, message, resolution } },
    lines: (size) => (size === undefined ? awayLines(seen) : tableLines(seen, size)),
  };
}

/** New in every answer, although nothing has happened. */
const TIMES = new Set(["since", "retryAt", "until"]);

function newsIn(data: JsonObject): string {
  return JSON.stringify(data, (key, value: unknown) => (TIMES.has(key) ? undefined : value));
}

/** The share of the rows that what is degraded may take, when there are resources to show too. */
const DEGRADED_SHARE = 1 / 3;

/**
 * What fits on a screen: the agent, what is degraded, what is not as declared with the worst first, and the counts. The last
 * row stays free for the cursor.
 */
export function tableLines(seen: SeenStatus, { rows }: Size): readonly Line[] {
  const { agent, resources } = seen.known;
  const head = [...awayLines(seen), agentLine(agent)];
  const waiting = unready(resources).toSorted((one, other) => rankOf(one) - rankOf(other));
  const foot = countsLine([...waiting, ...resources.filter(({ type }) => type === "Ready")]);
  const room = Math.max(0, rows - 1 - head.length - 1);
  const conditions = listIn(agent["degraded"]).map(conditionLines);
  const share = Math.max(1, Math.floor(room * DEGRADED_SHARE), room - waiting.length);
  const degraded = cut(conditions, Math.min(room, share), "degraded");
  const table = cut(resourceLines(waiting), room - degraded.length, "not ready");
  return [...head, ...degraded, ...table, foot].slice(0, Math.max(1, rows - 1));
}

/** Worst first: failed, unknown, under way. */
const RANKS = ["noncompliant", "unknown", "converging"];

function rankOf({ type, compliance }: KnownResource): number {
  return type === "Failed" ? -1 : RANKS.indexOf(compliance);
}

/** As many as there is room for, the last of them saying how many more there are. */
function cut(lines: readonly Line[], room: number, what: string): readonly Line[] {
  if (lines.length <= room) return lines;
  const shown = Math.max(0, room - 1);
  const more = line(toned("faint", `… and ${lines.length - shown} more ${what}`));
  return room < 1 ? [] : [...lines.slice(0, shown), more];
}

function awayLines({ away }: SeenStatus): readonly Line[] {
  if (away === undefined) return [];
  return [line(toned("bad", "away "), `${away.message}; it is asked again`)];
}

function conditionLines(condition: JsonObject): Line {
  const { reason, message } = objectIn(condition["fault"]);
  return line(
    toned("bad", "degraded "),
    `${textIn(condition["subject"])}  `,
    toned("bad", `${textIn(reason)}: `),
    textIn(message),
  );
}
