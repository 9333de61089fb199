import type { BusSignal } from "./systemd-link.ts";

/** What a signal of systemd means here. */
export type SystemdSignal =
  /** The object of a unit has changed. */
  | { readonly type: "unit"; readonly path: string }
  | {
      readonly type: "job";
      readonly job: string;
      readonly unit: string;
      readonly result: string;
    }
  /** Links or files of units were changed through systemd. */
  | { readonly type: "files" }
  /** systemd reads everything again; what it says meanwhile may be lost. */
  | { readonly type: "reload"; readonly hasBegun: boolean };

/** Understands a signal; `undefined` for one that matters to nobody, or has another form than it should. */
export function readSignal({ path, member, body }: BusSignal): SystemdSignal | undefined {
  switch (member) {
    case "PropertiesChanged":
      return path.includes("/unit/") ? { type: "unit", path } : undefined;
    case "JobRemoved": {
      const [, job, unit, result] = body;
      const isWhole =
        typeof job === "string" && typeof unit === "string" && typeof result === "string";
      return isWhole ? { type: "job", job, unit, result } : undefined;
    }
    case "UnitFilesChanged":
      return { type: "files" };
    case "Reloading":
      return { type: "reload", hasBegun: body[0] === true };
    default:
      return undefined;
  }
}
