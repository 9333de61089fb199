/** As many characters of JSON are made at a time. */
const PIECE_CHARACTERS = 32 * 1024;

/**
 * The JSON of an object whose last field is a long list, made as it is taken: neither the list nor its text is ever
 * there as a whole.
 */
export function* jsonPieces(
  head: Readonly<Record<string, unknown>>,
  { name, items }: { readonly name: string; readonly items: Iterable<unknown> },
): Generator<string, void> {
  const fields = JSON.stringify(head).slice(0, -1);
  let piece = `${fields}${fields === "{" ? "" : ","}${JSON.stringify(name)}:[`;
  let separator = "";
  for (const item of items) {
    piece += `${separator}${JSON.stringify(item) ?? "null"}`;
    separator = ",";
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}]}\n`;
}
