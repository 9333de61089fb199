declare const resourceIdBrand: unique symbol;

/** `kind:name`, e.g. `file:/etc/motd`. Made by `resourceId` or `parseResourceId` only. */
export type ResourceId = string & { readonly [resourceIdBrand]: true };

/** A kind's name: lower-case words joined by hyphens. */
export const KIND_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** `kind:name`. */
export const RESOURCE_ID = new RegExp(`^${KIND_NAME.source.slice(1, -1)}:[\\s\\S]+$`);

/** The id of the resource `name` of `kind`. */
export function resourceId(kind: string, name: string): ResourceId {
  return `${kind}:${name}` as ResourceId;
}

/** Reads `kind:name`; `undefined` when it is not of that form. */
export function parseResourceId(text: string): ResourceId | undefined {
  return RESOURCE_ID.test(text) ? (text as ResourceId) : undefined;
}

/** The kind in an id. */
export function kindOf(id: ResourceId): string {
  return id.slice(0, id.indexOf(":"));
}
