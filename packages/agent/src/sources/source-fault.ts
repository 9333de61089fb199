import { abortFault, Fault, type FaultReason } from "@holdfast/core";
import { openFileLimitFault } from "@holdfast/host";

const REASONS: ReadonlyMap<
  string,
  readonly [reason: FaultReason, what: string, resolution: string]
> = new Map([
  ["ENOENT", ["NotFound", "does not exist", "Check the path."]],
  ["ENOTDIR", ["NotFound", "leads through something that is not a directory", "Check the path."]],
  ["EACCES", ["PermissionDenied", "may not be read", "Give the agent's user leave to read it."]],
  ["EPERM", ["PermissionDenied", "may not be read", "Give the agent's user leave to read it."]],
  ["ELOOP", ["LoopTooDeep", "is a link that leads to itself", "Repair the link."]],
] as const);

/** What a failed call on a source means to the person who named it. A Fault stays itself. */
export function sourceFault(path: string, thrown: unknown, signal: AbortSignal): Fault {
  if (thrown instanceof Fault) return thrown;
  if (signal.aborted) return abortFault(signal);
  const tooMany = openFileLimitFault(thrown, `read ${path}`);
  if (tooMany !== undefined) return tooMany;
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const [reason, what, resolution] = REASONS.get(code) ?? [
    "HostFailed" as const,
    `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    "Check the disk and the path.",
  ];
  return new Fault({ reason, message: `${path} ${what}`, resolution, cause: thrown });
}
