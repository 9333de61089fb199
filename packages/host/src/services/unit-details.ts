import type { UnitDetails, UnitExit } from "@holdfast/core";
import { listOf, numberOf, textOf } from "./systemd/bus-values.ts";
import type { UnitFiles } from "./unit-files/read-unit-files.ts";

/** waitid(2): how a process ended. */
const EXITED = 1;
const KILLED: readonly number[] = [2, 3];

/** What the properties of a unit say, beside what is on the disk. Those of a service are missing in other units. */
export function readDetails(
  properties: ReadonlyMap<string, unknown>,
  files: UnitFiles,
): UnitDetails {
  const number = (name: string): number => numberOf(properties.get(name) ?? 0, name);
  const isActive = properties.get("ActiveState") === "active";
  const mainPid = number("MainPID");
  return {
    needsReload: needsReload(properties, files),
    activeSinceMs: isActive ? Math.trunc(number("ActiveEnterTimestamp") / 1_000) : undefined,
    mainPid: mainPid === 0 ? undefined : mainPid,
    restarts: number("NRestarts"),
    lastExit: readExit(properties),
  };
}

/**
 * Whether systemd works with other files than count on the disk. It notices by itself when one of those that it has read
 * was changed, and not (252) the first drop-in of a new directory, a file that now counts more, and a mask. Of a masked
 * unit no file matters, whatever it says then.
 */
function needsReload(
  properties: ReadonlyMap<string, unknown>,
  { path, isLink, mask, dropIns }: UnitFiles,
): boolean {
  const isMasked = properties.get("LoadState") === "masked";
  // A link stands for what it leads to, and so may its mask.
  if (isMasked || mask !== undefined) return !isLink && isMasked !== (mask !== undefined);
  if (properties.get("NeedDaemonReload") === true) return true;
  const paths = [
    properties.get("FragmentPath"),
    ...listOf(properties.get("DropInPaths") ?? [], ""),
  ];
  const read = paths.map((one) => (typeof one === "string" ? withoutUsr(one) : ""));
  const counting = path === undefined || isLink ? dropIns : [path, ...dropIns];
  return counting.some((one) => !read.includes(withoutUsr(one)));
}

/** Where /lib is a link to /usr/lib, systemd names a file by either. */
function withoutUsr(path: string): string {
  return path.replace(/^\/usr\/lib\//, "/lib/");
}

/** How a service ended last; `undefined` when it has not. */
export function readExit(properties: ReadonlyMap<string, unknown>): UnitExit | undefined {
  const result = properties.get("Result");
  const code = numberOf(properties.get("ExecMainCode") ?? 0, "ExecMainCode");
  const status = numberOf(properties.get("ExecMainStatus") ?? 0, "ExecMainStatus");
  if (result === undefined || (code === 0 && result === "success")) return undefined;
  return {
    result: textOf(result, "Result"),
    exitCode: code === EXITED ? status : undefined,
    signalNumber: KILLED.includes(code) ? status : undefined,
  };
}
