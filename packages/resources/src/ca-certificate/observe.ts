import {
  type CertificateFacts,
  Fault,
  type FileReading,
  type HostReader,
  ABSENT,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { isWorldReadable } from "../attributes/file-mode.ts";
import { decodeText } from "../byte-text.ts";
import { wrongType } from "../path-faults.ts";
import { certificatesIn, hasPrivateKey, pemOf } from "./pem.ts";
import {
  anchorPath,
  type CaCertificateInput,
  type CaCertificateSpec,
  linkName,
  removedPath,
} from "./spec.ts";
import { findStore, type TrustStore } from "./trust-store.ts";

const MAX_CERTIFICATE_BYTES = 65_536;
const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;
const HASH_LINK = /^[0-9a-f]{8}\.\d+$/;

/** What is to be trusted: the base64 of its DER, and what it says of itself. */
export interface WantedCertificate {
  readonly der: string;
  readonly facts: CertificateFacts;
}

/** What the store has under one name. */
export interface CaCertificateObserved {
  readonly store: TrustStore;
  /** Of what is declared; `undefined` for what should be absent. */
  readonly wanted: WantedCertificate | undefined;
  readonly anchor: Anchor | undefined;
  /** It was being removed when that was cut off: what it was. */
  readonly removed: Anchor | undefined;
  /** Programs find it: in the bundle, by name, and by hash. */
  readonly isInBundle: boolean;
  /** Programs find the certificate of the file in the bundle, declared or not. */
  readonly isAnchorTrusted: boolean;
  readonly isNamed: boolean;
  readonly isHashed: boolean;
}

/** The file of a certificate. */
export interface Anchor {
  /** `undefined` when it holds no certificate, or several. */
  readonly der: string | undefined;
  readonly mode: number;
}

/** The store, read once for all. */
export interface StoreSnapshot {
  readonly store: TrustStore;
  readonly bundle: ReadonlySet<string>;
  /** Names in the directory of links. */
  readonly names: ReadonlySet<string>;
  /** What the links by hash lead to. */
  readonly hashed: ReadonlySet<string>;
}

/** Reads the store: the bundle, and where the links by hash lead. */
export async function snapshotStore(
  _specs: readonly CaCertificateSpec[],
  context: ReadContext,
): Promise<StoreSnapshot> {
  const { host, signal } = context;
  const store = await findStore(context);
  const reading = await readFile({ path: store.bundle, maxBytes: MAX_BUNDLE_BYTES }, context);
  const bundle = new Set(certificatesIn(textOf(reading) ?? ""));
  const { links } = store;
  if (links === undefined) return { store, bundle, names: new Set(), hashed: new Set() };
  const listed = await host.files.list(links, signal);
  if (listed.type === "unknown") throw listed.fault;
  const names = listed.type === "present" ? listed.value : [];
  const requests = names
    .filter((name) => HASH_LINK.test(name))
    .map((name) => ({ path: `${links}/${name}`, content: "none" as const }));
  const readings = await host.files.readMany(requests, signal);
  return { store, bundle, names: new Set(names), hashed: new Set(readings.flatMap(targetOf)) };
}

/**
 * Observes one certificate.
 * @throws {Fault} ContentUnavailable and ContentInvalid, of what is declared; NotFound, on a machine without a trust store.
 */
export async function observeCaCertificate(
  spec: CaCertificateSpec,
  context: ReadContext<StoreSnapshot>,
): Promise<Observation<CaCertificateObserved>> {
  const wanted = await readWanted(spec, context);
  const { store, bundle, names, hashed } =
    context.snapshot ?? (await snapshotStore([spec], { ...context, snapshot: undefined }));
  const anchor = await readAnchor(anchorPath(spec, store), context);
  const removed = await readAnchor(removedPath(spec, store), context);
  const der = wanted?.der ?? anchor?.der ?? removed?.der;
  const isNamed = names.has(linkName(spec));
  const isHashed = hashed.has(linkName(spec));
  const isInBundle = der !== undefined && bundle.has(der);
  const isAnywhere = [anchor, removed].some((one) => one !== undefined) || isNamed || isHashed;
  if (!isAnywhere) return ABSENT;
  const isAnchorTrusted = anchor?.der !== undefined && bundle.has(anchor.der);
  return present({
    store,
    wanted,
    anchor,
    removed,
    isInBundle,
    isAnchorTrusted,
    isNamed,
    isHashed,
  });
}

/** The certificate that is there, where programs find it. */
export function describeCaCertificate(
  _spec: CaCertificateSpec,
  { store, anchor, removed, isAnchorTrusted, isNamed, isHashed }: CaCertificateObserved,
): CaCertificateInput | undefined {
  const hasLinks = store.links === undefined || (isNamed && isHashed);
  const isWhole = isAnchorTrusted && hasLinks && removed === undefined;
  if (anchor?.der === undefined || !isWhole || !isWorldReadable(anchor.mode)) return undefined;
  return { content: pemOf(anchor.der) };
}

/**
 * What is declared, read and judged; `undefined` for what should be absent.
 * @throws {Fault} ContentUnavailable, ContentInvalid.
 */
export async function readWanted(
  spec: CaCertificateSpec,
  context: Pick<ReadContext, "host" | "signal">,
): Promise<WantedCertificate | undefined> {
  const { source } = spec;
  if (source === undefined || spec.isAbsent) return undefined;
  const text = source.type === "inline" ? source.text : await readSource(source.path, context);
  const from = source.type === "inline" ? "content" : source.path;
  if (hasPrivateKey(text)) throw invalid(`${from} holds a private key`);
  const [der, ...more] = certificatesIn(text);
  if (der === undefined || more.length > 0) {
    throw invalid(`${from} holds ${der === undefined ? "no" : "more than one"} certificate`);
  }
  return { der, facts: factsOf(der, from, context.host) };
}

function factsOf(der: string, from: string, { certificates }: HostReader): CertificateFacts {
  const facts = certificates.read(pemOf(der));
  if (facts === undefined) throw invalid(`${from} holds no certificate that can be read`);
  return facts;
}

async function readSource(
  path: string,
  context: Pick<ReadContext, "host" | "signal">,
): Promise<string> {
  const request = { path, maxBytes: MAX_CERTIFICATE_BYTES };
  const reading = await readFile(request, context);
  const text = textOf(reading);
  if (text !== undefined) return text;
  throw new Fault({
    reason: "ContentUnavailable",
    message: `no certificate can be read from ${path}`,
    resolution: `Put the certificate at ${path}, as PEM, or correct contentFrom.`,
  });
}

async function readAnchor(
  path: string,
  context: Pick<ReadContext, "host" | "signal">,
): Promise<Anchor | undefined> {
  const { host, signal } = context;
  const request = { path, content: "bytes", maxBytes: MAX_CERTIFICATE_BYTES } as const;
  const reading = await host.files.read(request, signal);
  if (reading.type === "unknown") throw reading.fault;
  if (reading.type === "absent") return undefined;
  const { type, mode } = reading.value.entry;
  if (type !== "file")
    throw wrongType({ path, type }, "a certificate", `Move ${path} out of the way.`);
  const [der, ...more] = certificatesIn(textOf(reading) ?? "");
  return { der: more.length > 0 ? undefined : der, mode };
}

async function readFile(
  request: { readonly path: string; readonly maxBytes: number },
  { host, signal }: Pick<ReadContext, "host" | "signal">,
): Promise<Observation<FileReading>> {
  const reading = await host.files.read({ ...request, content: "bytes", followLink: true }, signal);
  if (reading.type === "unknown") throw reading.fault;
  return reading;
}

function textOf(reading: Observation<FileReading>): string | undefined {
  if (reading.type !== "present" || reading.value.bytes === undefined) return undefined;
  return decodeText(reading.value.bytes);
}

function targetOf(reading: Observation<FileReading>): readonly string[] {
  if (reading.type === "unknown") throw reading.fault;
  const target = reading.type === "present" ? reading.value.linkTarget : undefined;
  return target === undefined ? [] : [target];
}

function invalid(message: string): Fault {
  return new Fault({
    reason: "ContentInvalid",
    message,
    resolution: "Give one certificate, as PEM, and nothing that is secret.",
  });
}
