/** Chance, passed in so that one seed replays everything. */
export interface Random {
  /** A number in [0, 1). For jitter, never for secrets. */
  next(): number;
}
