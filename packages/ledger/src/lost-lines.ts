import { isWithoutKeys } from "./record.ts";

/** As many lost lines are described; the rest is counted. */
const MOST_DESCRIBED = 20;
/** As much of a lost line is read. */
const READ_BYTES = 2_048;

/** Lines of a ledger that cannot be read, and their subjects as far as they are known. */
export class LostLines {
  readonly described: string[] = [];
  #count = 0;
  #mayBeKeys = false;

  get count(): number {
    return this.#count;
  }

  /** One of them may have held the key of a one-shot. */
  get mayBeKeys(): boolean {
    return this.#mayBeKeys;
  }

  /** Takes the bytes of a line that is none, and its number in the file. */
  add(number: number, bytes: Buffer): void {
    this.#count += 1;
    const text = bytes.toString("utf8", 0, READ_BYTES);
    const type = /^\{"type":"([a-z]{1,20})"/.exec(text)?.[1];
    if (type === undefined || !isWithoutKeys(type)) this.#mayBeKeys = true;
    if (this.described.length >= MOST_DESCRIBED) return;
    const subject = /"(?:id|key|lineage)":"([^"\\]{1,200})"/.exec(text)?.[1];
    const words = [
      ...(type === undefined ? [] : [type]),
      ...(subject === undefined ? [] : [subject]),
    ];
    this.described.push(`line ${number}${words.length === 0 ? "" : ` (${words.join(" of ")})`}`);
  }
}
