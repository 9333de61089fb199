/** A form shorter than this is found in texts that have nothing to do with it. */
const SHORTEST_PART = 8;

/**
 * The forms in which programs print a text: as it is, as in JSON, in a URL, in a shell's trace, in base64 (also inside of
 * something longer), and each longer line of a text that has several.
 */
export function formsOf(text: string): readonly string[] {
  const forms = new Set([text, ...linesOf(text)].flatMap((part) => [part, ...escaped(part)]));
  for (const form of base64Of(text)) forms.add(form);
  return [...forms];
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (lines.length === 1) return [];
  // The first and last lines of keys are the same for everybody.
  return lines.filter((line) => line.length >= SHORTEST_PART && !line.startsWith("-----"));
}

function escaped(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    json,
    json.replaceAll("/", "\\/"),
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll("%20", "+"),
    text.replaceAll("'", String.raw`'\''`),
    text.replaceAll("'", `'"'"'`),
  ];
}

/** In base64, three bytes are four characters: behind zero, one or two bytes the same text looks different. */
function base64Of(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const forms = [0, 1, 2].flatMap((before) => {
    const all = encode(new Uint8Array([...new Uint8Array(before), ...bytes]));
    const bits = (before + bytes.length) * 8;
    // Only characters made of nothing but the text.
    const inner = all.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
    return inner.length >= SHORTEST_PART ? [inner] : [];
  });
  const whole = encode(bytes).replaceAll("=", "");
  return [whole, ...forms].flatMap((form) => [
    form,
    form.replaceAll("+", "-").replaceAll("/", "_"),
  ]);
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
