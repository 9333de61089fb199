import {
  type Cause,
  digestOf,
  type Json,
  type Provenance,
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
  const digest = secretsDigestOf(resource, secrets);
  return digest === undefined ? resource.input : { spec: resource.input, secrets: digest };
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
  if (isUndoneByUs(record)) return "intent";
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

/** What is done about a difference. */
export function verbOf(
  { kind, resource }: Declaration,
  observed: unknown,
): Exclude<Verb, "refresh"> {
  if (kind.isAbsent?.(resource.spec) === true) return "delete";
  return observed === undefined ? "create" : "update";
}

/** Whether what is there, or will be, is ours: as the ledger has it, else ours when nothing is there yet. */
export function provenanceOf(runtime: Runtime, { record }: Subject, observed: unknown): Provenance {
  const known = runtime.ledger.lastApplied(record.id)?.provenance;
  return known ?? (observed === undefined ? "created" : "adopted");
}
