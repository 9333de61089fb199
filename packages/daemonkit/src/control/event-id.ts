/** An id taken apart: whose it is, and the how manieth. */
export interface EventId {
  readonly life: string;
  readonly sequence: number;
}

/** Takes apart an id that a stream gave, of whatever life; `undefined` for anything else. */
export function parseEventId(id: string): EventId | undefined {
  const [, life, sequence] = /^([0-9a-f]+)-(\d{1,15})$/.exec(id) ?? [];
  return life === undefined ? undefined : { life, sequence: Number(sequence) };
}
