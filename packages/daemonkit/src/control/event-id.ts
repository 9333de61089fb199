/** An id taken apart: its run, and its index in that run. */
export interface EventId {
  readonly run: string;
  readonly sequence: number;
}

/** Takes apart an id that a stream gave, of any run; `undefined` for anything else. */
export function parseEventId(id: string): EventId | undefined {
  const [, run, sequence] = /^([0-9a-f]+)-(\d{1,15})$/.exec(id) ?? [];
  return run === undefined ? undefined : { run, sequence: Number(sequence) };
}
