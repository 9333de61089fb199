/** The fields of one stanza that were asked for. */
export type Stanza = ReadonlyMap<string, string>;

/** Fields longer than this are of nobody's interest, and are cut. */
const LONGEST_VALUE = 64 * 1024;

/**
 * Reads the stanzas of a control file (deb-control(5)) in one scan: the first lines of the fields that are named, in any
 * case. Continuation lines are passed over, except those of the fields in `whole`. O(text).
 */
export function* readStanzas(
  text: string,
  fields: ReadonlySet<string>,
  whole: ReadonlySet<string> = NONE,
): Generator<Stanza> {
  let stanza = new Map<string, string>();
  let current: string | undefined;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end === start) {
      if (stanza.size > 0) yield stanza;
      stanza = new Map();
      current = undefined;
    } else if (startsField(text.charCodeAt(start))) {
      const name = addField(stanza, text, { start, end, fields });
      current = name !== undefined && whole.has(name) ? name : undefined;
    } else if (current !== undefined) {
      stanza.set(current, `${stanza.get(current) ?? ""}${text.slice(start, end + 1)}`);
    }
    start = end + 1;
  }
  if (stanza.size > 0) yield stanza;
}

const NONE: ReadonlySet<string> = new Set();

interface Line {
  readonly start: number;
  readonly end: number;
  readonly fields: ReadonlySet<string>;
}

/** The name of the field that was added. */
function addField(
  stanza: Map<string, string>,
  text: string,
  { start, end, fields }: Line,
): string | undefined {
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return undefined;
  const name = text.slice(start, colon).toLowerCase();
  if (!fields.has(name)) return undefined;
  stanza.set(name, text.slice(colon + 1, Math.min(end, colon + LONGEST_VALUE)).trim());
  return name;
}

/** Neither a space nor a tab, which continue a field. */
function startsField(code: number): boolean {
  return code !== 0x20 && code !== 0x09;
}
