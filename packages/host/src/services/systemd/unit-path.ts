/** Under which every unit has its object. */
const UNITS = "/org/freedesktop/systemd1/unit/";
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });
const KEPT = /[A-Za-z0-9]/;

/**
 * The object of a unit: every byte of the name but letters and digits becomes `_` and its two hex digits, the first
 * digit of the name too, and an empty name is `_` (sd_bus_path_encode(3)). Any text has one, and no two share one.
 */
export function unitPath(name: string): string {
  return UNITS + encodeLabel(name);
}

function encodeLabel(text: string): string {
  if (text === "") return "_";
  const bytes = new TextEncoder().encode(text);
  return [...bytes].map((byte, index) => encodeByte(byte, index === 0)).join("");
}

function encodeByte(byte: number, isFirst: boolean): string {
  const character = String.fromCharCode(byte);
  const isKept = byte < 0x80 && KEPT.test(character) && !(isFirst && /\d/.test(character));
  return isKept ? character : `_${byte.toString(16).padStart(2, "0")}`;
}

/** The name of the unit whose object this is; `undefined` when it is no object of a unit. */
export function unitOfPath(path: string): string | undefined {
  if (!path.startsWith(UNITS)) return undefined;
  const label = path.slice(UNITS.length);
  if (label === "_") return "";
  if (!/^(?:[A-Za-z0-9]|_[0-9a-f]{2})+$/.test(label)) return undefined;
  const bytes = label.match(/_[0-9a-f]{2}|[A-Za-z0-9]/g) ?? [];
  return TEXT.decode(Uint8Array.from(bytes.map(decodeByte)));
}

function decodeByte(encoded: string): number {
  return encoded.length === 1 ? encoded.charCodeAt(0) : Number.parseInt(encoded.slice(1), 16);
}
