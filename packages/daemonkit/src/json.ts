/** What JSON can say. A field that is `undefined` is left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [field: string]: JsonValue | undefined };

/** A JSON object. */
export type JsonObject = Readonly<Record<string, JsonValue | undefined>>;
