/** Chance, passed in so that one seed replays everything. */
export interface Random {
  /** A number in [0, 1). For jitter and shuffling, never for secrets. */
  next(): number;
  /** `bytes` random bytes as lower-case hex, unguessable on a real host. */
  hex(bytes: number): string;
}
