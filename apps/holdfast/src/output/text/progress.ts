import type { EngineEvent, ResourceId } from "@holdfast/core";
import { type Line, line, toned } from "./line.ts";

/** Names of what is worked on that the live line shows. */
const SHOWN_NAMES = 3;

/** Keeps count of a pass for the live line. */
export interface Progress {
  note(event: EngineEvent): void;
  /** `12 of 40: file:/etc/motd, exec:migrate (compiling)`; `undefined` when nothing is under way. */
  line(): Line | undefined;
}

/** Starts counting at nothing. Memory is bounded by what is worked on at once. */
export function createProgress(): Progress {
  const working = new Map<ResourceId, string>();
  let total = 0;
  let done = 0;
  return {
    note(event) {
      if (event.type === "started") {
        total = event.resources;
        done = 0;
      } else if (event.type === "reconciling") working.set(event.id, "");
      else if (event.type === "progress") working.set(event.id, event.message);
      else if (event.type === "result") {
        working.delete(event.result.id);
        done += 1;
      } else if (event.type === "watching" || event.type === "stopped") total = 0;
    },
    line() {
      if (working.size === 0 && total === 0) return undefined;
      const names = [...working].slice(0, SHOWN_NAMES).map(([id, words]) => {
        return words === "" ? id : `${id} (${words})`;
      });
      const more = working.size > SHOWN_NAMES ? ` and ${working.size - SHOWN_NAMES} more` : "";
      const counted = total === 0 ? [] : [toned("strong", `${Math.min(done, total)} of ${total}`)];
      return line(...counted, toned("faint", ` ${names.join(", ")}${more}`));
    },
  };
}
