import { unreachable } from "../unreachable.ts";
import { type LeafCondition, leafOf, type MachineCondition } from "./machine-condition.ts";

/** What the machine says to one leaf. */
export type Truth =
  | { readonly type: "holds" }
  /** `why`: more than that it does not hold, e.g. `connection refused`. */
  | { readonly type: "fails"; readonly why?: string }
  /** It is unknown, so it counts as not met. */
  | { readonly type: "unknown"; readonly why: string };

/** What conditions come to. `words` say what holds, or what is missing, without a full stop. */
export interface Judgement {
  readonly type: "holds" | "fails" | "unknown";
  readonly words: string;
}

/**
 * Judges conditions that must all hold, in the three-valued logic of Kleene: an unknown condition decides only where
 * nothing else does. An empty list holds. Linear in the number of leaves.
 */
export function judgeConditions(
  conditions: readonly MachineCondition[],
  truthOf: (leaf: LeafCondition) => Truth,
): Judgement {
  return all(conditions.map((condition) => judge(condition, truthOf)));
}

function judge(condition: MachineCondition, truthOf: (leaf: LeafCondition) => Truth): Judgement {
  if ("all" in condition) return judgeConditions(condition.all, truthOf);
  if ("any" in condition) return any(condition.any.map((one) => judge(one, truthOf)));
  if ("not" in condition) return not(judge(condition.not, truthOf));
  const leaf = leafOf(condition);
  return judgeLeaf(leaf, truthOf(leaf));
}

function judgeLeaf(leaf: LeafCondition, truth: Truth): Judgement {
  const [positive, negative] = phrases(leaf);
  switch (truth.type) {
    case "holds":
      return { type: "holds", words: positive };
    case "fails":
      return { type: "fails", words: withWhy(negative, truth.why) };
    case "unknown":
      return { type: "unknown", words: withWhy(`it is unknown whether ${positive}`, truth.why) };
    default:
      return unreachable(truth);
  }
}

function not({ type, words }: Judgement): Judgement {
  if (type === "unknown") return { type, words };
  return { type: type === "holds" ? "fails" : "holds", words };
}

function all(parts: readonly Judgement[]): Judgement {
  return firstOf(parts, ["fails", "unknown"]) ?? { type: "holds", words: joined(parts) };
}

function any(parts: readonly Judgement[]): Judgement {
  const holding = firstOf(parts, ["holds"]);
  if (holding !== undefined) return holding;
  const isUnknown = parts.some(({ type }) => type === "unknown");
  return { type: isUnknown ? "unknown" : "fails", words: joined(parts) };
}

/** The parts of the first of these types that there is, as one. */
function firstOf(
  parts: readonly Judgement[],
  types: readonly Judgement["type"][],
): Judgement | undefined {
  for (const type of types) {
    const these = parts.filter((part) => part.type === type);
    if (these.length > 0) return { type, words: joined(these) };
  }
  return undefined;
}

function joined(parts: readonly Judgement[]): string {
  return [...new Set(parts.map(({ words }) => words))].join(" and ");
}

function withWhy(words: string, why: string | undefined): string {
  return why === undefined ? words : `${words} (${why})`;
}

/** How people say that a leaf holds, and that it does not. */
function phrases({ type, subject }: LeafCondition): readonly [string, string] {
  switch (type) {
    case "interface":
      return [`interface ${subject} is up`, `interface ${subject} is not up`];
    case "tcp":
      return [`${subject} answers`, `${subject} does not answer`];
    case "mount":
      return [`${subject} is a mount point`, `${subject} is no mount point`];
    case "file":
      return [`${subject} exists`, `${subject} does not exist`];
    default:
      return unreachable(type);
  }
}
