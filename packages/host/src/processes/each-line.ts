/** The beginning of a longer line says enough of what it is about. */
const MOST_LINE_CHARACTERS = 4096;

/** Takes what a program writes in pieces of any size, and hands on each whole line, cut after 4096 characters. */
export function eachLine(takeLine: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let line = "";
  return (chunk) => {
    const [first = "", ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    line = (line + first).slice(0, MOST_LINE_CHARACTERS);
    for (const next of rest) {
      takeLine(line);
      line = next.slice(0, MOST_LINE_CHARACTERS);
    }
  };
}
