import { unreachable } from "../unreachable.ts";
import {
  type Attribution,
  type Certainty,
  certaintyOf,
  type ProcessIdentity,
} from "./attribution.ts";

/** One author of several changes. */
export interface Author {
  /** Program, unit and user as far as they are known, no more certain than they are; `unknown` for all others. */
  readonly name: string;
  /** How many of the changes. */
  readonly times: number;
  /** Of the surest of them. */
  readonly certainty: Certainty;
}

/** Changes without evidence of an author. */
export const UNKNOWN_AUTHOR = "unknown";

/** The authors of several changes, in the order in which each was seen first; the unknown one last. */
export function authorsOf(attributions: Iterable<Attribution>): readonly Author[] {
  const authors = new Map<string, Author>();
  for (const attribution of attributions) {
    const name = authorName(attribution);
    const certainty = certaintyOf(attribution);
    const known = authors.get(name);
    const surest = known !== undefined && isSurer(known.certainty, certainty);
    authors.set(name, {
      name,
      times: (known?.times ?? 0) + 1,
      certainty: surest ? known.certainty : certainty,
    });
  }
  const unknown = authors.get(UNKNOWN_AUTHOR);
  authors.delete(UNKNOWN_AUTHOR);
  return [...authors.values(), ...(unknown === undefined ? [] : [unknown])];
}

/** `sed of cron.service (root) 2 times, unknown 1 time`. */
export function authorsWords(authors: readonly Author[]): string {
  return authors
    .map(({ name, times }) => `${name} ${times} ${times === 1 ? "time" : "times"}`)
    .join(", ");
}

const CERTAINTIES: readonly Certainty[] = ["certain", "likely", "hint", "none"];

function isSurer(one: Certainty, other: Certainty): boolean {
  return CERTAINTIES.indexOf(one) < CERTAINTIES.indexOf(other);
}

/** Two runs of one program are one author: its number is not in the name. */
function authorName(attribution: Attribution): string {
  switch (attribution.type) {
    case "process":
      return doubtOf(attribution) + programName(attribution.process);
    case "package":
      return `${doubtOf(attribution)}${attribution.tool} (${attribution.package})`;
    case "login":
    case "unknown":
      return UNKNOWN_AUTHOR;
    default:
      return unreachable(attribution);
  }
}

function doubtOf(attribution: Attribution): string {
  const certainty = certaintyOf(attribution);
  if (certainty === "certain") return "";
  return certainty === "likely" ? "probably " : "perhaps ";
}

function programName({ name, unit, uid, user, loginUser }: ProcessIdentity): string {
  if (name === undefined) return "a process that ended at once";
  const owner = user ?? (uid === undefined ? undefined : `uid ${uid}`);
  const session = loginUser === undefined || loginUser === user ? undefined : `for ${loginUser}`;
  const whose = [owner, session].filter((word) => word !== undefined).join(" ");
  const program = unit === undefined ? name : `${name} of ${unit}`;
  return whose === "" ? program : `${program} (${whose})`;
}
