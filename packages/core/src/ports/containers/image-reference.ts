/** The parts of the reference of an image. */
export interface ImageReference {
  /** With the registry, where one is named. */
  readonly name: string;
  /** `undefined`: none is named. */
  readonly tag: string | undefined;
  /** `sha256:` and 64 digits; `undefined`: none is named. */
  readonly digest: string | undefined;
}

/** Takes the reference of an image apart: `host:5000/name:tag@sha256:…`. Pure. */
export function splitImageReference(reference: string): ImageReference {
  const [named = "", digest] = reference.split("@");
  // A colon before the last slash is of the registry's port.
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  if (colon < 0) return { name: named, tag: undefined, digest };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}
