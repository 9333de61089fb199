/**
 * A condition on the machine that must hold before a resource is observed (B5), as it is written; exactly one field
 * each.
 */
export type MachineCondition =
  /** A network interface of this name exists and is up. */
  | { readonly interface: string }
  /** `host:port` accepts a connection; an IPv6 address stands in brackets. */
  | { readonly tcp: string }
  /** Something is mounted at this absolute path; bind mounts count. */
  | { readonly mount: string }
  /** Something is at this absolute path, links followed: a file of any type. */
  | { readonly file: string }
  | { readonly all: readonly MachineCondition[] }
  | { readonly any: readonly MachineCondition[] }
  | { readonly not: MachineCondition };

/** One thing to ask the machine. Equal ones have equal keys, in whatever resource they are. */
export interface LeafCondition {
  readonly type: "interface" | "tcp" | "mount" | "file";
  /** The name, endpoint or path. */
  readonly subject: string;
}

/** The four that the machine is asked, in the order in which documentation names them. */
export const LEAF_TYPES = ["interface", "tcp", "mount", "file"] as const;

/** The words that distinguish one leaf from another. */
export function leafKey({ type, subject }: LeafCondition): string {
  return `${type} ${subject}`;
}

/** Every leaf of some conditions, each once, in the order of writing. */
export function leavesOf(conditions: readonly MachineCondition[]): readonly LeafCondition[] {
  const leaves = new Map<string, LeafCondition>();
  for (const condition of conditions) {
    for (const leaf of leavesWithin(condition)) leaves.set(leafKey(leaf), leaf);
  }
  return [...leaves.values()];
}

function leavesWithin(condition: MachineCondition): readonly LeafCondition[] {
  if ("all" in condition) return leavesOf(condition.all);
  if ("any" in condition) return leavesOf(condition.any);
  if ("not" in condition) return leavesWithin(condition.not);
  return [leafOf(condition)];
}

/** One of the four as a leaf. */
export function leafOf(
  condition: Exclude<MachineCondition, { all: unknown } | { any: unknown } | { not: unknown }>,
): LeafCondition {
  if ("interface" in condition) return { type: "interface", subject: condition.interface };
  if ("tcp" in condition) return { type: "tcp", subject: condition.tcp };
  if ("mount" in condition) return { type: "mount", subject: condition.mount };
  return { type: "file", subject: condition.file };
}
