import { type RecordsVerdict, verifyRecords } from "@holdfast/agent/records";
import { API_VERSION, Fault } from "@holdfast/core";
import type { Ending } from "../../exit-code.ts";
import type { Output } from "../../output/output.ts";
import { line, toned } from "../../output/text/line.ts";

/**
 * Prints whether the event log of a root is as it was written, and its head; a log that is not ends in an error.
 * @throws {Fault} NotFound, when there is none; NotPrivileged, PathUnsafe, HostFailed.
 */
export async function verifyEvents(
  { root, expectedHead }: { readonly root: string; readonly expectedHead: string | undefined },
  output: Output,
  signal: AbortSignal,
): Promise<Ending> {
  const { directory, verdict, words } = await verifyRecords({ root }, expectedHead, signal);
  const isMissing = verdict.files === 0 && expectedHead === undefined && verdict.type === "intact";
  if (isMissing) throw noLog(directory);
  const isIntact = verdict.type === "intact";
  const [found = "", ...more] = words;
  const first = line(toned(isIntact ? "good" : "bad", `${directory}: `), found);
  output.value([first, ...more.map((text) => line("  ", text))], {
    apiVersion: API_VERSION,
    directory,
    verdict: { ...verdictJson(verdict), meaning: words.join("; ") },
  });
  return isIntact ? "inSync" : "error";
}

/** Every field is always there, `null` where there is nothing. */
function verdictJson(verdict: RecordsVerdict["verdict"]) {
  const { type, files, lines, head, firstFile = null, isFromStart } = verdict;
  const at = "at" in verdict ? { ...verdict.at } : null;
  return { type, files, lines, head, firstFile, isFromStart, at };
}

function noLog(directory: string): Fault {
  return new Fault({
    reason: "NotFound",
    message: `there is no event log in ${directory}`,
    resolution: "Name the root of an agent with an event log, with --root DIR.",
  });
}
