import { join } from "node:path";
import { Fault } from "@holdfast/core";
import { requireInside } from "../open/own-paths.ts";

/** What the files of the event log are called: `events-000001.jsonl` and so on. */
export const EVENTS_SERIES = "events";

/**
 * Where the event log of a root lies, on the machine's paths.
 * @throws {Fault} PathUnsafe, when a link leads it out of the root; HostFailed, when something is in the way.
 */
export async function eventsDirectoryUnder(root: string): Promise<string> {
  const directory = join(root, "var/log/holdfast");
  try {
    await requireInside(root, directory);
    return directory;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault({
      reason: "HostFailed",
      message: `the event log cannot lie in ${directory}: ${why}`,
      resolution: "Check what is there instead of a directory.",
      cause: error,
    });
  }
}
