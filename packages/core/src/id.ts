declare const resourceIdBrand: unique symbol;

/** `kind:name`, e.g. `file:/etc/motd`. Made by `resourceId` or `parseResourceId` only. */
export type ResourceId = string & { readonly [resourceIdBrand]: true };

/** A kind's name: lower-case words joined by hyphens. */
export const KIND_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** The id of the resource `name` of `kind`. */
export function resourceId(kind: string, name: string): ResourceId {
  return `${kind}:${name}` as ResourceId;
}

/** Reads `kind:name`; `undefined` when it is not of that form. */
export function parseResourceId(text: string): ResourceId | undefined {
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1) return undefined;
  return KIND_NAME.test(text.slice(0, colon)) ? (text as ResourceId) : undefined;
}
