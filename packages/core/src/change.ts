import type { Json } from "./json.ts";

/** One field that differs between observed and spec, after normalization. */
export interface Change {
  /** The field, dotted: `content`, `mode`, `recurse.owner`; `state` when the thing itself is missing or unwanted. */
  readonly path: string;
  /** What is there; `undefined` when nothing is. */
  readonly from?: Json;
  /** What is declared; `undefined` when nothing should be. */
  readonly to?: Json;
  readonly action: "add" | "remove" | "replace";
  /** The values come from something not everyone may read: shown to root only. */
  readonly isPrivate?: true;
}

/** The change of one field: `add` where nothing was, `remove` where nothing should be, else `replace`. */
export function change(path: string, from: Json | undefined, to: Json | undefined): Change {
  const action = from === undefined ? "add" : to === undefined ? "remove" : "replace";
  return {
    path,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    action,
  };
}
