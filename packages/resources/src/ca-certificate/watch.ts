import { anchorPath, type CaCertificateSpec, linkName, removedPath } from "./spec.ts";
import { TRUST_STORES } from "./trust-store.ts";

/** Its file in either store, the bundle, its links, and where it comes from. A directory tells of links that come and go. */
export function watchedPathsOfCaCertificate(spec: CaCertificateSpec): readonly string[] {
  const { source } = spec;
  return [
    ...TRUST_STORES.flatMap((store) => [
      anchorPath(spec, store),
      removedPath(spec, store),
      store.bundle,
      ...(store.links === undefined ? [] : [store.links, `${store.links}/${linkName(spec)}`]),
    ]),
    ...(source?.type === "path" ? [source.path] : []),
  ];
}
