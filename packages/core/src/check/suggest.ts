/**
 * The candidate nearest to a misspelt word, for "did you mean"; `undefined` when none is near enough: more than a third
 * of the word's letters wrong (at least one may be, at most three). Case does not count. The first of equals wins.
 *
 * Our own because core imports no library for it: thirty lines against a dependency in every blueprint worker.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let bound = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > bound) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bound);
    if (distance > bound) continue;
    best = candidate;
    if (distance === 0) return best;
    bound = distance - 1;
  }
  return best;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours between two words (Damerau and Levenshtein, each letter
 * touched once); `bound + 1` as soon as it is certain to be more than `bound`. O(length²).
 */
function editDistance(left: string, right: string, bound: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap && row > 1 && column > 1 ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    if (Math.min(...current) > bound && Math.min(...last) > bound) return bound + 1;
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
