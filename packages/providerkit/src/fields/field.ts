import { type Change, change, type Impact, isSameData, type Json, Secret } from "@holdfast/core";

/** The value of a field; `undefined` where it has none, or where what it is cannot be read. */
export type FieldValue = Json | Secret | undefined;

/** The values of an object, by field. */
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** What is known of one field of an object. Declared, live and kept values all go through it. */
export interface Field {
  /** The one form of what may be written in several: `"1 GiB"` and `1024` MiB. Idempotent. Default: as it is. */
  normalize?(value: Json): Json;
  /** Whether two normalized values mean the same. Default: the same data, in whatever order fields are. */
  equal?(declared: Json, live: Json): boolean;
  /** The value is never shown, and only a keyed digest of it is kept. A declared value of it is a `Secret`. Default false. */
  readonly isSecret?: boolean;
  /** What a change of it interrupts or may lose. Default `none`. */
  readonly impact?: Impact;
}

/** The fields of a sort of object. */
export type Fields = Readonly<Record<string, Field>>;

/** A digest that says nothing to who lacks its key, such as HMAC-SHA-256 in hex. */
export type KeyedDigest = (text: string) => string;

/** What the state keeps of a secret: its digest, behind a word that no plain value begins with. */
const DIGEST_FIELD = "keyedDigest";

/** What is to be changed so that what is live is as declared. A field that is not declared is not managed. */
export function changesBetween(
  fields: Fields,
  values: {
    readonly declared: FieldValues;
    readonly live: FieldValues;
    /** The attributes in the state: what a secret was, where the system does not show it. */
    readonly kept: Readonly<Record<string, Json | undefined>>;
  },
  digest: KeyedDigest,
): readonly Change[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const declared = values.declared[name];
    if (declared === undefined) return [];
    if (field.isSecret === true) {
      const isSame = isSameSecret(declared, values.live[name], values.kept[name], digest);
      return isSame ? [] : [secretChange(name)];
    }
    const wanted = normalized(field, declared);
    const found = normalized(field, values.live[name]);
    if (wanted === undefined || isEqual(field, wanted, found)) return [];
    return [change(name, found, wanted)];
  });
}

/** The changes that make an object of nothing. */
export function changesOfNew(fields: Fields, declared: FieldValues): readonly Change[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = declared[name];
    if (value === undefined) return [];
    return [
      field.isSecret === true
        ? secretChange(name)
        : change(name, undefined, normalized(field, value)),
    ];
  });
}

/**
 * What the state keeps of an object: its live values, normalized. Of a secret a keyed digest: of what is live where it can
 * be read, else of what is declared.
 */
export function attributesOf(
  fields: Fields,
  { live, declared = {} }: { readonly live: FieldValues; readonly declared?: FieldValues },
  digest: KeyedDigest,
): Readonly<Record<string, Json>> {
  const attributes = Object.entries(fields).flatMap(([name, field]): [string, Json][] => {
    if (field.isSecret === true) {
      const secret = live[name] ?? declared[name];
      return secret === undefined ? [] : [[name, digestJson(secret, digest)]];
    }
    const value = normalized(field, live[name]);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(attributes);
}

/** The most that a change of these fields interrupts or may lose. */
export function impactOf(fields: Fields, changes: readonly Change[]): Impact {
  const impacts = changes.map(({ path }) => fields[path]?.impact ?? "none");
  return IMPACTS.findLast((impact) => impacts.includes(impact)) ?? "none";
}

const IMPACTS: readonly Impact[] = ["none", "reload", "restart", "reboot", "data"];

/** A secret that nobody can read on the system is as it was declared when it was set last. */
function isSameSecret(
  declared: FieldValue,
  live: FieldValue,
  kept: Json | undefined,
  digest: KeyedDigest,
): boolean {
  const wanted = digestJson(declared, digest);
  return isSameData(wanted, live === undefined ? kept : digestJson(live, digest));
}

function digestJson(secret: FieldValue, digest: KeyedDigest): Json {
  const plain = secret instanceof Secret ? secret.plainText() : secret;
  return { [DIGEST_FIELD]: digest(typeof plain === "string" ? plain : JSON.stringify(plain)) };
}

function secretChange(name: string): Change {
  return { path: name, action: "replace", isPrivate: true };
}

function normalized(field: Field, value: FieldValue): Json | undefined {
  if (value === undefined) return undefined;
  const plain: Json = value instanceof Secret ? value.toJSON() : value;
  return field.normalize === undefined ? plain : field.normalize(plain);
}

function isEqual(field: Field, wanted: Json, found: Json | undefined): boolean {
  if (found === undefined) return false;
  return field.equal === undefined ? isSameData(wanted, found) : field.equal(wanted, found);
}
