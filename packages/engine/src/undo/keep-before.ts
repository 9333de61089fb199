import {
  type Before,
  Fault,
  type FilePlace,
  type FileReading,
  holdsSecret,
  type PlannedChange,
  type Preimage,
  type TakenBytes,
} from "@holdfast/core";
import { riskOf } from "../policy/judge-action.ts";
import { beforeKnown } from "../records/before-known.ts";
import { fingerprintOfValue } from "../records/identity.ts";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Found } from "../secrets/perform.ts";
import { bounded } from "../deadline/bounded.ts";
import type { Runtime } from "../runtime.ts";

/** What an attempt is to be undone by, and the bytes that must be durable before it begins. */
export interface KeptBefore {
  readonly change: PlannedChange;
  /** @throws {Fault} PreimageNotKept; then nothing may be overwritten. */
  keep(): Promise<void>;
  /** The attempt is on record, and known to need what was kept; or there is none. */
  drop(): Promise<void>;
}

/** A difference that is about to be applied. */
export interface Approaching extends Found {
  readonly record: ResourceRecord;
}

/** Of what may hold secrets so much is kept, encrypted. */
const MOST_SEALED_BYTES = 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Takes down what is there before it is changed, so that the change can be undone. The bytes of a file go into the store
 * first.
 * @throws {Fault} PreimageNotKept; what reading the file throws.
 */
export async function keepBefore(runtime: Runtime, approved: Approaching): Promise<KeptBefore> {
  const { clock } = runtime;
  const { before, taken } = await beforeNow(runtime, approved);
  const run = runOf(runtime, approved);
  const named = run === undefined ? {} : { run };
  const confirmWithinMs = confirmationOf(approved, before);
  const guarded = confirmWithinMs === undefined ? {} : { confirmWithinMs };
  const change = { atMs: clock.wallMs(), ...named, before, ...guarded };
  return { change, keep: async () => await taken?.keep(), drop: async () => await taken?.drop() };
}

const CONFIRM_WITHIN_MS = 120_000;

/**
 * Within which time the change must be confirmed; `undefined` where it need not be. What drifted is put back to what was
 * confirmed once.
 * @throws {Fault} UndoRefused, when it could not be put back.
 */
function confirmationOf(
  { record, declared: { kind, resource }, cause, observed }: Approaching,
  before: Before,
): number | undefined {
  const { mayCutControl = kind.mayCutControl?.(resource.spec, observed) ?? false } = resource.meta;
  if (mayCutControl === false || cause === "drift") return undefined;
  if (before.type === "lost") throw cannotBePutBack(record.id, before.why);
  const { withinMs } = mayCutControl === true ? {} : mayCutControl;
  return withinMs ?? CONFIRM_WITHIN_MS;
}

function cannotBePutBack(id: ResourceRecord["id"], why: string): Fault {
  return new Fault({
    reason: "UndoRefused",
    message: `${id} may cut off control and could not be put back: ${why}`,
    resolution: "Move what is there away yourself, or say meta.mayCutControl: false.",
  });
}

/** What an agent that serves does for one generation belongs together; each repair of its stands alone. */
function runOf(runtime: Runtime, { cause }: Approaching): string | undefined {
  const { run } = runtime;
  if (run === undefined || !runtime.isServing()) return run;
  return cause === "drift" ? undefined : `${run}.${runtime.generation()}`;
}

interface FoundBefore {
  readonly before: Before;
  readonly taken?: TakenBytes | undefined;
}

async function beforeNow(runtime: Runtime, approved: Approaching): Promise<FoundBefore> {
  const { record, declared, observed, changes } = approved;
  const half = beforeHalf(runtime, approved);
  if (half !== undefined) return { before: half };
  const known = beforeKnown(runtime, approved, { observed, changes });
  const { risk, why } = riskOf(runtime, approved, approved).assessment;
  // A new one of the same description has none of its data.
  if (known.type === "input" && risk === "destructive") return lost(`it ${why}`);
  if (known.type !== "file") return { before: known };
  const { secrets } = declared;
  const last = runtime.ledger.lastApplied(record.id);
  const isSecret = secrets !== undefined || holdsSecret(last?.declaration?.spec);
  const wanted = { ...known, secrets: isSecret ? secrets : undefined };
  let found: FoundBefore | undefined;
  await bounded(runtime, {
    record,
    verb: "keep what is there",
    run: async (signal) => {
      found = await takeFile(runtime, wanted, signal());
    },
  });
  return found ?? lost("it was not read");
}

/** What an attempt of ours left half done, or was cut off at, is not what was there before. */
function beforeHalf(
  { ledger }: Runtime,
  { record, declared, observed, changes }: Approaching,
): Before | undefined {
  const half = ledger.halfChange(record.id);
  if (half?.fingerprint === fingerprintOfValue(declared, observed)) return half.before;
  const { unsettled } = record;
  if (unsettled === undefined) return undefined;
  const cutOff = ledger.inFlight().find(({ attempt }) => attempt === unsettled);
  const before = cutOff?.change?.before;
  // Who was cut off while it made something does not know that it made it.
  if (before?.type === "absent") return undefined;
  // Content is put in place at once: what is to be overwritten is not ours.
  const isContentOther = declared.kind.asFile?.changesContent(changes) === true;
  return before?.type === "file" && isContentOther ? undefined : before;
}

interface WantedFile {
  readonly place: FilePlace;
  readonly hasContent: boolean;
  /** With which its bytes are encrypted. */
  readonly secrets: Approaching["declared"]["secrets"];
}

async function takeFile(
  runtime: Runtime,
  wanted: WantedFile,
  signal: AbortSignal,
): Promise<FoundBefore> {
  const { place, hasContent } = wanted;
  const { files } = runtime.host;
  const reading = await files.read({ ...place, content: "none" }, signal);
  const details = await files.details(place, signal);
  if (reading.type === "unknown") throw reading.fault;
  if (details.type === "unknown") throw details.fault;
  if (reading.type === "absent" || details.type === "absent") throw goneMeanwhile(place);
  const attributes = { ...attributesOf(reading.value), ...details.value };
  if (!hasContent) return { before: { type: "file", place, preimage: attributes } };
  const { taken, preimage } = await takeBytes(runtime, wanted, signal);
  return { before: { type: "file", place, preimage: { ...attributes, ...preimage } }, taken };
}

function attributesOf({ entry: { mode, uid, gid, sizeBytes } }: FileReading) {
  return { mode, uid, gid, sizeBytes };
}

async function takeBytes(
  { host, preimages }: Runtime,
  { place, secrets }: WantedFile,
  signal: AbortSignal,
): Promise<{
  readonly taken: TakenBytes | undefined;
  readonly preimage: Pick<Preimage, "key" | "sizeBytes" | "isSealed">;
}> {
  if (secrets === undefined) {
    const chunks = host.files.stream({ ...place, maxBytes: MOST_BYTES }, signal);
    const taken = await preimages?.take(chunks, {}, signal);
    return { taken, preimage: { key: taken?.sha256 ?? "", sizeBytes: taken?.sizeBytes ?? 0 } };
  }
  const bytes = await allBytes(
    host.files.stream({ ...place, maxBytes: MOST_SEALED_BYTES }, signal),
  );
  const key = secrets.digest(host.hash.sha256(bytes));
  const taken = await preimages?.take([secrets.seal(bytes)], { key }, signal);
  return { taken, preimage: { key, sizeBytes: bytes.length, isSealed: true } };
}

/** The memory of a chunk is used again for the next. */
async function allBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(Uint8Array.from(chunk));
    length += chunk.length;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function lost(why: string): FoundBefore {
  return { before: { type: "lost", why } };
}

function goneMeanwhile({ path }: FilePlace): Fault {
  return new Fault({
    reason: "ChangedMeanwhile",
    message: `${path} was removed or replaced while it was about to be changed`,
    resolution: "Find the program that changes it.",
  });
}
