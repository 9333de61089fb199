/** The fields of one stanza that were asked for. */
export type Stanza = ReadonlyMap<string, string>;

/** Fields longer than this are of nobody's interest, and are cut. */
const LONGEST_VALUE = 64 * 1024;

/**
 * Reads the stanzas of a control file (deb-control(5)) in one scan: the first lines of the fields that are named, in any
 * case. Continuation lines are passed over. O(text).
 */
export function* readStanzas(text: string, fields: ReadonlySet<string>): Generator<Stanza> {
  let stanza = new Map<string, string>();
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end === start) {
      if (stanza.size > 0) yield stanza;
      stanza = new Map();
    } else if (startsField(text.charCodeAt(start))) {
      addField(stanza, text, { start, end, fields });
    }
    start = end + 1;
  }
  if (stanza.size > 0) yield stanza;
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly fields: ReadonlySet<string>;
}

function addField(stanza: Map<string, string>, text: string, { start, end, fields }: Line): void {
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return;
  const name = text.slice(start, colon).toLowerCase();
  if (!fields.has(name)) return;
  stanza.set(name, text.slice(colon + 1, Math.min(end, colon + LONGEST_VALUE)).trim());
}

/** Neither a space nor a tab, which continue a field. */
function startsField(code: number): boolean {
  return code !== 0x20 && code !== 0x09;
}
