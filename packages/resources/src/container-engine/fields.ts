import { splitImageReference } from "@holdfast/core";
import * as z from "zod/mini";

/** A registry and a path, a tag or a digest or both. */
const IMAGE_REFERENCE =
  /^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::\d{1,5})?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
/** What engines take for a name of a container, network or volume. */
export const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/;
const MAX_REFERENCE = 512;

/** The reference of an image, as an author writes it. */
export const imageReference = z
  .string()
  .check(
    z.maxLength(MAX_REFERENCE),
    z.regex(IMAGE_REFERENCE, "write an image such as docker.io/library/nginx:1.27"),
  );

/** How a registry is logged in to. */
export const registrySchema = z.optional(
  z
    .strictObject({
      username: z.string().check(z.minLength(1), z.describe("User name at the registry.")),
      password: z
        .string()
        .check(z.minLength(1), z.describe("Password or token at the registry; a secret.")),
    })
    .check(z.describe("How the registry is logged in to when the image is pulled.")),
);

/** Texts by a name, as labels and options are. */
export function textsBy(pattern: RegExp, say: string) {
  return z.record(
    z.string().check(z.regex(pattern)),
    z.string().check(z.maxLength(65_536), z.describe(say)),
  );
}

/** An image without tag and digest is its tag `latest`; with a digest the tag says nothing more. */
export function fullReference(reference: string): string {
  const { name, tag = "latest", digest } = splitImageReference(reference);
  return digest === undefined ? `${name}:${tag}` : `${name}@${digest}`;
}
