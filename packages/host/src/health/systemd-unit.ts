import { type CommandReader, type ProbeOutcome, throwIfAborted, toFault } from "@holdfast/core";
import { systemEnvironment } from "../processes/system-environment.ts";

/** One question about a unit. */
export interface UnitRequest {
  readonly name: string;
  readonly timeoutMs: number;
  readonly commands: CommandReader;
}

/** A unit that is told to load its configuration again works meanwhile. */
const WORKING: ReadonlySet<string> = new Set(["active", "reloading", "refreshing"]);
const PROPERTIES = ["LoadState", "ActiveState", "SubState", "Result"];
/** A question that was told to end has this long before it is killed. */
const GRACE_MS = 1_000;
const MOST_SAID = 200;

/**
 * Whether a unit of the system's systemd is active. Asked with `systemctl show`, which needs no rights.
 * @throws {Fault} Aborted, when the signal says so.
 */
export async function askUnit(
  { name, timeoutMs, commands }: UnitRequest,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const argv = ["systemctl", "show", `--property=${PROPERTIES.join()}`, "--", name] as const;
  const bounds = { env: systemEnvironment, timeoutMs, graceMs: GRACE_MS };
  try {
    const { exitCode, stdout, stderr } = await commands.query({ argv, ...bounds }, signal);
    if (exitCode === 0) return outcomeOf(stdout);
    return { type: "failed", why: `systemctl failed: ${stderr.trim().slice(0, MOST_SAID)}` };
  } catch (error) {
    throwIfAborted(signal);
    return { type: "failed", why: toFault(error).message };
  }
}

function outcomeOf(shown: string): ProbeOutcome {
  const state = new Map(shown.split("\n").map((line) => pairOf(line)));
  const [load = "", active = "", sub = "", result = ""] = PROPERTIES.map((key) => state.get(key));
  if (load === "not-found") return { type: "failed", why: "there is no such unit" };
  if (WORKING.has(active)) return { type: "passed" };
  const ended = result === "" || result === "success" ? "" : `, ${result}`;
  const masked = load === "loaded" ? "" : `, ${load}`;
  return { type: "failed", why: `it is ${active} (${sub}${ended}${masked})` };
}

function pairOf(line: string): readonly [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}
