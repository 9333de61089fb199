/** Of what goes on whoever has gone meanwhile. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;
