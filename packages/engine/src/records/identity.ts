import {
  type Cause,
  digestOf,
  isSameThing,
  type Json,
  keptDeclaration,
  type KeptDeclaration,
  type Provenance,
  type Revert,
  secretsDigestOf,
  type Verb,
} from "@holdfast/core";
import type { Runtime } from "../runtime.ts";
import type { Declaration, ResourceRecord, Subject } from "./resource-record.ts";

/** The digest of what was declared, computed when it is first needed. Of what secrets say it holds a keyed digest. */
export function specDigestOf(runtime: Runtime, declared: Declaration): string {
  declared.specDigest ??= digestOf(identityOf(declared), runtime.host.hash);
  return declared.specDigest;
}

function identityOf({ resource, secrets }: Declaration): Json {
  if (resource.removal !== undefined) return { removed: resource.input };
  if (resource.revert !== undefined) return { undoes: resource.revert.op };
  const digest = secretsDigestOf(resource, secrets);
  return digest === undefined ? resource.input : { spec: resource.input, secrets: digest };
}

/**
 * What was observed as a short text; `undefined` is absent. Of what may hold a secret it is keyed: it goes into the ledger.
 */
export function fingerprintOfValue({ kind, secrets }: Declaration, observed: unknown): string {
  if (observed === undefined) return "absent";
  const fingerprint = kind.fingerprint(observed);
  return secrets === undefined ? fingerprint : secrets.digest(fingerprint);
}

/**
 * Why a difference is there: drift when the present spec was seen in sync before, by this process or by the last apply
 * the ledger knows, and its source says what it said; else a new intent. `observed` is `undefined` when absent.
 */
export function causeOf(
  runtime: Runtime,
  { record, declared }: Subject,
  observed?: unknown,
): Cause {
  if (declared.resource.revert !== undefined || isUndoneByUs(record)) return "intent";
  if (record.wasInSync) return intentOf(declared, observed) === record.intent ? "drift" : "intent";
  const last = runtime.ledger.lastApplied(record.id);
  return last?.specDigest === specDigestOf(runtime, declared) ? "drift" : "intent";
}

/** A change of ours to what it follows, such as new content where a hard link leads, was made since its last run. */
function isUndoneByUs({ declared: { kind }, dependencies, lastRun }: ResourceRecord): boolean {
  if (kind.isUndoneBy === undefined) return false;
  const since = lastRun?.hints.stamp ?? 0;
  return dependencies.some(({ hasChanged, changedStamp }) => hasChanged && changedStamp > since);
}

/** Keeps what is wanted now, of a resource that was found as declared. */
export function noteIntent({ record, declared }: Subject, observed: unknown): void {
  if (declared.kind.intentOf !== undefined) record.intent = intentOf(declared, observed);
}

function intentOf({ kind, resource }: Declaration, observed: unknown): string | undefined {
  return observed === undefined ? undefined : kind.intentOf?.(resource.spec, observed);
}

/** What the ledger has of our last apply, beside what is there: whether that is as it was left. */
export function lastLeft(
  runtime: Runtime,
  { record, declared }: Subject,
  observed: unknown,
): { readonly isAsLeft: boolean; readonly lastFingerprint: string | undefined } {
  const lastFingerprint = runtime.ledger.lastApplied(record.id)?.fingerprint;
  const isAsLeft =
    lastFingerprint !== undefined && lastFingerprint === fingerprintOfValue(declared, observed);
  return { isAsLeft, lastFingerprint };
}

/** What is done about a difference. */
export function verbOf(
  { kind, resource }: Declaration,
  observed: unknown,
): Exclude<Verb, "refresh"> {
  const isToGo = resource.removal !== undefined || kind.isAbsent?.(resource.spec) === true;
  if (isToGo) return "delete";
  return observed === undefined ? "create" : "update";
}

/**
 * Whether what is there, or will be, is ours: as the ledger has it of this very thing, else ours when nothing is there
 * yet.
 */
export function provenanceOf(runtime: Runtime, subject: Subject, observed: unknown): Provenance {
  const known = knownProvenance(runtime, subject, observed);
  return known ?? (isThere(subject.declared, observed) ? "adopted" : "created");
}

/**
 * What came back after we made it absent is not ours, nor is another thing under the same id: a line in another file, or in
 * the same file a line that was not left by us.
 */
function knownProvenance(
  runtime: Runtime,
  { record: { id }, declared }: Subject,
  observed: unknown,
): Provenance | undefined {
  const last = runtime.ledger.lastApplied(id);
  const { provenance, specDigest, fingerprint, declaration } = last ?? {};
  if (declaration === undefined || declared.resource.removal !== undefined) return provenance;
  if (declaration.isAbsent === true) return undefined;
  if (specDigest === specDigestOf(runtime, declared)) return provenance;
  const { resource } = declared;
  if (!isSameThing({ id, declaration }, resource, runtime.catalog)) return undefined;
  const isAsLeft = fingerprintOfValue(declared, observed) === fingerprint;
  return isAsLeft || !isPartOfThing(declared) ? provenance : undefined;
}

/** Whether it owns things together with others only: other words may then find a part of them that is not its own. */
function isPartOfThing({ kind, resource }: Declaration): boolean {
  const owned = kind.owns?.(resource.spec) ?? [];
  return owned.length > 0 && owned.every(({ isWhole }) => !isWhole);
}

/** Whether a removal would find something: of a line, it is not the file that counts. */
function isThere({ kind, resource }: Declaration, observed: unknown): boolean {
  if (observed === undefined) return false;
  const absent = kind.absent?.(resource.spec);
  return absent === undefined || kind.diff(absent, observed).length > 0;
}

/** What the ledger keeps of a declaration; `undefined` when nothing is kept of it, and of what is to go. */
export function declarationOf(
  runtime: Runtime,
  { record, declared: { resource, kind } }: Subject,
): KeptDeclaration | undefined {
  // What is undone is declared all the same, until its manifest does not name it.
  if (resource.revert !== undefined) return keptOf(runtime, record.id, resource.revert);
  const manifest = runtime.manifest();
  if (manifest === undefined || resource.removal !== undefined) return undefined;
  const after = record.dependencies.map(({ id }) => id);
  return keptDeclaration({ manifest, resource, kind, after });
}

/** Of what is given back after a removal nothing is kept: nobody removes it again. */
function keptOf(
  { ledger }: Runtime,
  id: ResourceRecord["id"],
  { leaves }: Revert,
): KeptDeclaration | undefined {
  const kept = ledger.lastApplied(id)?.declaration;
  return leaves === "created" && kept?.isAbsent !== true ? kept : undefined;
}

/** Whether it left the manifest, and the ledger still says that it is for us to remove. Else nothing is done to it. */
export function isToBeRemoved(runtime: Runtime, { record, declared }: Subject): boolean {
  if (declared.resource.removal === undefined) return false;
  const last = runtime.ledger.lastApplied(record.id);
  return last?.declaration !== undefined && last.provenance === "created";
}

/** Whether it left the manifest, and nothing of it is left to do: it is gone, or was forgotten or adopted meanwhile. */
export function isSettledRemoval(runtime: Runtime, subject: Subject): boolean {
  return subject.declared.resource.removal !== undefined && !isToBeRemoved(runtime, subject);
}

/** The same of a resource as it is declared now. */
export function isOver(runtime: Runtime, record: ResourceRecord): boolean {
  return isSettledRemoval(runtime, { record, declared: record.declared });
}
