/** Of what goes on whoever has gone meanwhile. */
export const UNSTOPPED = new AbortController().signal;
