import { type Change, change, type JsonObject } from "@holdfast/core";
import { formatMode, isWorldReadable } from "../attributes/file-mode.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { CaCertificateObserved } from "./observe.ts";
import { type CaCertificateSpec, anchorPath } from "./spec.ts";

/** Compares certificates, and not how they are written; and whether programs find them. */
export function diffCaCertificate(
  spec: CaCertificateSpec,
  observed: CaCertificateObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) {
    return observed === undefined ? [] : [change("state", "present", "absent")];
  }
  // What programs still find of one whose file is gone is nothing that could get lost.
  if (observed?.anchor === undefined) return [change("state", undefined, "present")];
  const { wanted, anchor, removed, store, isInBundle, isNamed, isHashed } = observed;
  const hasLinks = store.links !== undefined;
  return [
    ...(anchor.der === wanted?.der
      ? []
      : [change("content", "another certificate", shown(observed))]),
    ...(isWorldReadable(anchor.mode) ? [] : [change("mode", formatMode(anchor.mode), "0644")]),
    ...(removed === undefined ? [] : [change("state", "being removed", "present")]),
    ...(isInBundle ? [] : [change("bundle", undefined, store.bundle)]),
    ...(isNamed || !hasLinks ? [] : [change("link", undefined, anchorPath(spec, store))]),
    ...(isHashed || !hasLinks ? [] : [change("hashLink", undefined, anchorPath(spec, store))]),
  ];
}

/** What was observed as a short text. */
export function fingerprintCaCertificate(observed: CaCertificateObserved): string {
  const { wanted, anchor, removed, isInBundle, isAnchorTrusted, isNamed, isHashed } = observed;
  const facts = [wanted?.der ?? null, anchor ?? null, removed ?? null];
  return `${fingerprintOf(JSON.stringify(facts))} ${isInBundle} ${isAnchorTrusted} ${isNamed} ${isHashed}`;
}

/** For `ready`: whose certificate it is, and until when. */
export function caCertificateDetails({ wanted }: CaCertificateObserved): JsonObject {
  if (wanted === undefined) return {};
  const { subject, validTo, isExpired, isAuthority } = wanted.facts;
  return {
    subject,
    validTo,
    ...(isExpired ? { isExpired } : {}),
    ...(isAuthority ? {} : { isAuthority }),
  };
}

function shown({ wanted }: CaCertificateObserved): string {
  return wanted === undefined ? "" : wanted.facts.subject;
}
