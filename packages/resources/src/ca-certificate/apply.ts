import { commandFault, Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { encodeText } from "../byte-text.ts";
import { writeFault } from "../path-faults.ts";
import {
  type CaCertificateObserved,
  observeCaCertificate,
  readWanted,
  type WantedCertificate,
} from "./observe.ts";
import { pemOf } from "./pem.ts";
import { anchorPath, type CaCertificateSpec, linkName, removedPath } from "./spec.ts";
import { findStore, type TrustStore, updateRequest } from "./trust-store.ts";

const ANCHOR_MODE = 0o644;

/**
 * Puts a certificate into the store or takes it out, and has the store's own program bring the rest up to date.
 * @throws {Fault} CertificateExpired, for one that is not there yet; CommandFailed, CommandNotFound; what writing throws.
 */
export async function applyCaCertificate(
  { spec, changes }: KindAction<CaCertificateSpec, CaCertificateObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const store = await findStore(context);
  const wanted = await readWanted(spec, context);
  if (wanted === undefined) return removeCertificate(spec, store, context);
  const isNew = hasChange(changes, "state") || hasChange(changes, "content");
  if (isNew) judge(spec, wanted, context);
  await writeAnchor(anchorPath(spec, store), wanted.der, context);
  await remove(removedPath(spec, store), context);
  // Links by hash are only made for what is new by its name, and a link of that name may be left that leads nowhere.
  if ((isNew || hasChange(changes, "hashLink")) && store.links !== undefined) {
    await remove(`${store.links}/${linkName(spec)}`, context);
  }
  await update(store, false, context);
}

/** What an operator wants to know before everything trusts it. */
function judge(
  { name }: CaCertificateSpec,
  { facts }: WantedCertificate,
  { log }: WriteContext,
): void {
  const { subject, validTo, isExpired, isAuthority } = facts;
  if (isExpired) {
    throw new Fault({
      reason: "CertificateExpired",
      message: `the certificate ${name} (${subject}) has expired on ${validTo}`,
      resolution: "Declare the one that replaced it, or state: absent.",
    });
  }
  if (isAuthority) return;
  log.warn(`the certificate ${name} (${subject}) is of no authority: nothing it signed is trusted`);
}

/**
 * Takes a certificate out. It is kept aside until no program finds it any more: when this is cut off, the next run knows what
 * is still to be taken out.
 */
async function removeCertificate(
  spec: CaCertificateSpec,
  store: TrustStore,
  context: WriteContext,
): Promise<void> {
  const observed = await observeCaCertificate(spec, { ...context, snapshot: undefined });
  if (observed.type === "unknown") throw observed.fault;
  if (observed.type === "absent") return;
  const { anchor, removed, isInBundle, isNamed, isHashed } = observed.value;
  if (anchor?.der !== undefined && removed === undefined) {
    await writeAnchor(removedPath(spec, store), anchor.der, context);
  }
  await remove(anchorPath(spec, store), context);
  if (isInBundle || isNamed || isHashed) await update(store, true, context);
  await remove(removedPath(spec, store), context);
}

async function writeAnchor(
  path: string,
  der: string,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  const request = { path, content: encodeText(pemOf(der)), mode: ANCHOR_MODE, attempt };
  try {
    await host.files.write(request, signal);
  } catch (error) {
    throw writeFault(error, path);
  }
}

function remove(path: string, { host, signal }: WriteContext): Promise<void> {
  return host.files.remove({ path }, signal);
}

async function update(
  store: TrustStore,
  isFresh: boolean,
  { host, signal }: WriteContext,
): Promise<void> {
  const request = updateRequest(store, isFresh);
  const result = await host.commands.run(request, signal);
  if (result.exitCode !== 0) throw commandFault(request, result);
}
