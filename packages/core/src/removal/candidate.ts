import { kindOf, type ResourceId } from "../id.ts";
import type { Catalog } from "../resource/catalog.ts";
import type { Resource } from "../resource/resource.ts";
import { REDACTED } from "../secret/secret.ts";
import { bindGone } from "./bind-kept.ts";
import type { KeptDeclaration } from "../ports/ledger.ts";
import type { Gone } from "./gone.ts";

/** Something that may be removed, as far as it is judged for itself. */
export interface Candidate {
  /** As it was declared. */
  readonly resource: Resource;
  /** The spec that says it should not be there. */
  readonly absent: unknown;
  readonly declaration: KeptDeclaration;
  /** Others that may be removed, which it goes before. */
  readonly after: readonly ResourceId[];
}

/** What becomes of something that left the manifest, judged for itself. */
type Judged =
  | { readonly type: "candidate"; readonly candidate: Candidate }
  | { readonly type: "orphan"; readonly why: string }
  /** Nothing of it is on the machine. */
  | { readonly type: "nothing" };

/** What judging needs to know. */
interface Judging {
  /** What the manifest says of removing. */
  readonly prunes: boolean;
  readonly catalog: Catalog;
}

/** Judges one resource that left the manifest, without regard to the others. */
export function judgeGone(gone: Gone, { prunes, catalog }: Judging): Judged {
  const { id, declaration, provenance } = gone;
  const kind = catalog.get(kindOf(id));
  const resource = kind && bindGone(gone, catalog);
  // It only followed others: it needs nothing any more, and must not keep what notified it.
  if (resource && kind?.isForNotifications?.(resource.spec) === true) return { type: "nothing" };
  const said = declaration.meta?.onRemove;
  if (said === "orphan") return orphan("its meta.onRemove said orphan");
  if (said === undefined && !prunes) return orphan("its manifest does not prune");
  if (kind === undefined) return orphan("its kind does not exist here");
  if (kind.absent === undefined)
    return orphan(`what a resource of kind ${kind.kind} did cannot be taken back`);
  if (provenance !== "created") return orphan("it was there before Holdfast changed it");
  if (declaration.spec === undefined) return orphan("its declaration was too large to keep");
  if (resource === undefined) return orphan("its kind no longer takes what was declared");
  const absent = kind.absent(resource.spec);
  if (absent === undefined) return orphan("more than we made would go with it");
  if (JSON.stringify(absent)?.includes(REDACTED) === true) {
    return orphan("only a secret says what it is");
  }
  return { type: "candidate", candidate: { resource, absent, declaration, after: [] } };
}

function orphan(why: string): Judged {
  return { type: "orphan", why };
}
