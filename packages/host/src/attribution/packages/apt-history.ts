import { shownCommand, shownText } from "@holdfast/core";
import { readTail } from "../read-tail.ts";
import { parseLocalTime } from "./dpkg-log.ts";

const HISTORY = "var/log/apt/history.log";
const MOST_BYTES = 64 * 1024;
const LONGEST_COMMAND_CHARACTERS = 200;

/** One run of apt. */
export interface AptRun {
  readonly startedAtMs: number;
  /** `undefined` while it runs, and when it was cut off. */
  readonly endedAtMs: number | undefined;
  /** The command line, shortened, without what looks like a secret. */
  readonly command: string | undefined;
  /** The user who became root to run it. */
  readonly requestedBy: string | undefined;
}

/** The run of apt during which something happened; `undefined` when apt's history has none. */
export async function findAptRun(root: string, atMs: number): Promise<AptRun | undefined> {
  const read = await readTail(root, HISTORY, MOST_BYTES);
  if (read === undefined) return undefined;
  const runs = parseAptHistory(read.bytes.toString("utf8"));
  const last = runs.findLast(({ startedAtMs }) => startedAtMs <= atMs);
  if (last === undefined) return undefined;
  return last.endedAtMs === undefined || atMs <= last.endedAtMs + 1_000 ? last : undefined;
}

/** Reads apt's history: paragraphs of `Field: value`, in the order in which they were run. */
export function parseAptHistory(text: string): readonly AptRun[] {
  return text.split(/\n{2,}/).flatMap((paragraph) => {
    const fields = new Map<string, string>();
    for (const line of paragraph.split("\n")) {
      const colon = line.indexOf(": ");
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
    }
    const startedAtMs = timeOf(fields.get("Start-Date"));
    if (startedAtMs === undefined) return [];
    return [
      {
        startedAtMs,
        endedAtMs: timeOf(fields.get("End-Date")),
        command: commandOf(fields.get("Commandline")),
        requestedBy: userOf(fields.get("Requested-By")),
      },
    ];
  });
}

function timeOf(text: string | undefined): number | undefined {
  const [day = "", time = ""] = text?.trim().split(/\s+/) ?? [];
  return parseLocalTime(day, time);
}

function commandOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return shownText(shownCommand(text.split(" ")).join(" "), LONGEST_COMMAND_CHARACTERS);
}

/** `bob (1000)`. */
function userOf(text: string | undefined): string | undefined {
  const name = text?.replace(/ \(\d+\)$/, "");
  return name === undefined || name === "" ? undefined : shownText(name, 64);
}
