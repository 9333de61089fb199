import { formatLocation } from "../../fault/diagnostic.ts";
import type { Resource } from "../../resource/resource.ts";

/** The id of a resource, with the place where it was written: for a sentence about another. */
export function placed({ id, location }: Resource): string {
  const place = location?.();
  return place === undefined ? id : `${id} (${formatLocation(place)})`;
}
