import type { BindReport, Ownership, Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import { stateSchema } from "../declared-state.ts";
import { certificatesIn, hasPrivateKey } from "./pem.ts";
import { TRUST_STORES, type TrustStore } from "./trust-store.ts";

/** So that the names of links and files are as long as any file system takes. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

const certificateFields = z.strictObject({
  content: z.optional(z.string().check(z.describe("The certificate, as PEM."))),
  contentFrom: z.optional(
    z
      .strictObject({ path: z.string() })
      .check(z.describe("A file on the host that holds it, as PEM.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a ca-certificate. */
export const caCertificateSchema = certificateFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    oneOf: [
      { required: ["content"] },
      { required: ["contentFrom"] },
      { properties: { state: { const: "absent" } }, required: ["state"] },
    ],
  }),
);

/** What an author writes under `spec` of a ca-certificate. */
export type CaCertificateInput = z.infer<typeof caCertificateSchema>;

/** A certificate that the machine should trust, or no longer. */
export interface CaCertificateSpec {
  readonly name: string;
  /** `undefined` for what should be absent. */
  readonly source?:
    | { readonly type: "inline"; readonly text: string }
    | { readonly type: "path"; readonly path: string };
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindCaCertificate(
  name: string,
  input: CaCertificateInput,
  report: BindReport,
): CaCertificateSpec {
  if (!NAME.test(name)) {
    report(
      "",
      "not a name",
      "a name has up to 200 letters, digits, dots, - and _, e.g. example-root",
    );
  }
  const { content, contentFrom, state } = input;
  const isAbsent = state === "absent";
  const given = [content, contentFrom].filter((one) => one !== undefined).length;
  if (isAbsent ? given > 0 : given !== 1) {
    const detail = "write one of content, contentFrom and state: absent";
    report("", "not one certificate", detail);
  }
  if (contentFrom !== undefined) checkAbsolutePath(contentFrom.path, "contentFrom.path", report);
  if (content !== undefined) checkText(content, report);
  if (content !== undefined) return { name, source: { type: "inline", text: content }, isAbsent };
  if (contentFrom === undefined) return { name, isAbsent };
  return { name, source: { type: "path", path: contentFrom.path }, isAbsent };
}

/** No such certificate. */
export function absentCaCertificate({ name }: CaCertificateSpec): CaCertificateSpec {
  return { name, isAbsent: true };
}

/** Where a store has the certificate. */
export function anchorPath({ name }: CaCertificateSpec, { anchors, suffix }: TrustStore): string {
  return `${anchors}/${name}${suffix}`;
}

/** Where it is kept while it is being removed: the store does not read it there. */
export function removedPath({ name }: CaCertificateSpec, { anchors }: TrustStore): string {
  return `${anchors}/.${name}.holdfast-removed`;
}

/** The name of its link among those of the store. */
export function linkName({ name }: CaCertificateSpec): string {
  return `${name}.pem`;
}

/** A certificate is its file, whichever store the machine has. */
export function ownedByCaCertificate(spec: CaCertificateSpec): readonly Ownership[] {
  return TRUST_STORES.map((store) => ({ thing: `path:${anchorPath(spec, store)}`, isWhole: true }));
}

/** It comes after the package that brings the store, and the file that it is read from. */
export function neededByCaCertificate({ source }: CaCertificateSpec): readonly Thing[] {
  const store = "package:ca-certificates" as const;
  return source?.type === "path" ? [store, `path:${source.path}`] : [store];
}

function checkText(text: string, report: BindReport): void {
  if (hasPrivateKey(text)) {
    const detail =
      "a trust store is for everybody to read: take the private key out, and change it";
    report("content", "a private key", detail);
  } else if (certificatesIn(text).length !== 1) {
    const detail = `write one certificate between BEGIN CERTIFICATE and END CERTIFICATE; there are ${certificatesIn(text).length}`;
    report("content", "not one certificate", detail);
  }
}
