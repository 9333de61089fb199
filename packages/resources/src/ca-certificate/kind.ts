import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applyCaCertificate } from "./apply.ts";
import { caCertificateDetails, diffCaCertificate, fingerprintCaCertificate } from "./diff.ts";
import {
  type CaCertificateObserved,
  describeCaCertificate,
  observeCaCertificate,
  snapshotStore,
  type StoreSnapshot,
} from "./observe.ts";
import { CA_CERTIFICATE_RISKS, riskOfCaCertificate } from "./risk.ts";
import {
  absentCaCertificate,
  anchorPath,
  bindCaCertificate,
  type CaCertificateInput,
  type CaCertificateSpec,
  caCertificateSchema,
  neededByCaCertificate,
  ownedByCaCertificate,
  removedPath,
} from "./spec.ts";
import { TRUST_STORES } from "./trust-store.ts";
import { watchedPathsOfCaCertificate } from "./watch.ts";

/** A certificate in the trust store of the system. Its name is that of its file there. */
export const caCertificateKind: ResourceKind<
  CaCertificateSpec,
  CaCertificateObserved,
  StoreSnapshot,
  CaCertificateInput
> = {
  kind: "ca-certificate",
  summary: "A certificate that the machine trusts.",
  support: LINUX_SUPPORT,
  ports: ["files", "paths", "commands", "certificates"],
  schema: caCertificateSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindCaCertificate,
  // The store's program makes everything anew each time, under one name for its temporary file.
  lanes: () => ["trust-store"],
  snapshot: snapshotStore,
  observe: observeCaCertificate,
  diff: diffCaCertificate,
  apply: applyCaCertificate,
  risk: riskOfCaCertificate,
  risks: CA_CERTIFICATE_RISKS,
  foresee: applyCaCertificate,
  temporaries: (spec) =>
    TRUST_STORES.flatMap((store) => [
      { path: anchorPath(spec, store) },
      { path: removedPath(spec, store) },
    ]),
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfCaCertificate, context, sink),
  fingerprint: fingerprintCaCertificate,
  details: caCertificateDetails,
  isAbsent: ({ isAbsent }) => isAbsent,
  absent: absentCaCertificate,
  describe: describeCaCertificate,
  judgedBy: neededByCaCertificate,
  needs: neededByCaCertificate,
  owns: ownedByCaCertificate,
};
