/** The way to a field: names of fields and positions in lists, from the outside in. */
export type FieldPath = readonly (string | number)[];

/** A path as people write it: `spec.command[0]`, `spec.env["MY VAR"]`; empty for the empty path. */
export function formatPath(path: FieldPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (!PLAIN_NAME.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** Tells whether a path is one of these, or leads to something inside of one. */
export function isAtOrBelow(path: FieldPath, tops: readonly FieldPath[]): boolean {
  return tops.some((top) => top.every((part, at) => part === path[at]));
}

const PLAIN_NAME = /^[A-Za-z_$][\w$-]*$/;
