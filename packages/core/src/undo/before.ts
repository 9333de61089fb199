import type { Change } from "../change.ts";
import { isJsonObject, type Json } from "../json.ts";
import type { Before, FilePlace } from "../ports/kept/changes.ts";
import type { LastApplied } from "../ports/ledger.ts";
import type { AnyKind } from "../resource/kind.ts";

/** A difference that is about to be applied. */
export interface Difference {
  readonly kind: AnyKind;
  /** Where it refers to secrets, `‹secret›` stands for them. */
  readonly spec: unknown;
  /** `undefined` when absent. */
  readonly observed: unknown;
  readonly changes: readonly Change[];
  /** What there is, or is to be, may hold secrets. */
  readonly hasSecrets: boolean;
  /** What the last apply left, where that is what is there; `undefined` when somebody else made it so. */
  readonly asLeft: LastApplied | undefined;
}

/** What gives back what was there; of a file its bytes are still to be kept. */
export type KnownBefore =
  | Exclude<Before, { readonly type: "file" }>
  | { readonly type: "file"; readonly place: FilePlace; readonly hasContent: boolean };

/** A description of so many characters is kept. */
const MOST_CHARACTERS = 4_096;

/** Finds out by what a change could be undone. Pure. */
export function beforeOf(difference: Difference): KnownBefore {
  const { kind, spec, observed, changes } = difference;
  if (observed === undefined || (isNothingThere(difference) && !hasMore(difference))) {
    const isRemovable = kind.absent?.(spec) !== undefined;
    return isRemovable ? { type: "absent" } : lost(`what a ${kind.kind} did cannot be taken back`);
  }
  const place = kind.asFile?.placeOf(spec, observed);
  if (kind.asFile !== undefined && place !== undefined)
    return { type: "file", place, hasContent: kind.asFile.changesContent(changes) };
  return describedBefore(difference);
}

/** Of a part of something, such as a line, the part is not there. */
function isNothingThere({ kind, spec, observed }: Difference): boolean {
  if (kind.isAbsent?.(spec) === true) return false;
  const absent = kind.absent?.(spec);
  return absent !== undefined && kind.diff(absent, observed).length === 0;
}

/**
 * The absence of what is declared does not say all that is changed: the value that runs stays when a kernel parameter is not
 * set any more. Then what the kind describes is something else than absence.
 */
function hasMore({ kind, spec, observed, hasSecrets }: Difference): boolean {
  if (hasSecrets) return false;
  const described = asJson(kind.describe?.(spec, observed));
  return isJsonObject(described) && described["state"] !== "absent";
}

function describedBefore({
  kind,
  spec,
  observed,
  hasSecrets,
  asLeft,
}: Difference): Described | Lost {
  // Neither what was declared nor what can be described has it, with secrets or without.
  if (kind.losesContent?.(spec) === true)
    return lost("it goes with all that is in it, and that is not kept");
  // What was declared has references, what is observed has what they stand for.
  const declared = asLeft?.declaration?.isAbsent === true ? undefined : asLeft?.declaration?.spec;
  if (hasSecrets) return declared === undefined ? lost("it may hold a secret") : kept(declared);
  const isToGo = kind.isAbsent?.(spec) === true;
  // Under a spec that wants nothing less is observed.
  if (isToGo && declared !== undefined) return kept(declared);
  const described = asJson(kind.describe?.(spec, observed)) ?? declared;
  return described === undefined ? lost("what is there cannot be described") : kept(described);
}

type Lost = Before & { readonly type: "lost" };
type Described = Before & { readonly type: "input" };

function kept(input: Json): Described | Lost {
  const isShort = JSON.stringify(input).length <= MOST_CHARACTERS;
  return isShort ? { type: "input", input } : lost("its description is too long to be kept");
}

function lost(why: string): Lost {
  return { type: "lost", why };
}

/** What a kind describes is what an author writes: plain data. */
function asJson(input: unknown): Json | undefined {
  if (input === undefined) return undefined;
  const data: unknown = JSON.parse(JSON.stringify(input));
  return isJsonObject(data) ? data : undefined;
}
