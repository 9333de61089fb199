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
 * touched once); `bound + 1` when it is more than `bound`. Only what is that near to the diagonal is filled in:
 * O(length × bound).
 */
function editDistance(left: string, right: string, bound: number): number {
  const width = 2 * bound + 1;
  // Of each row, entry `k` is the column `row + k - bound`.
  let beforeLast: number[] = [];
  let last = Array.from({ length: width }, (_, k) => (k < bound ? Infinity : k - bound));
  for (let row = 1; row <= left.length; row += 1) {
    const current: number[] = [];
    for (let k = 0; k < width; k += 1) {
      const column = row + k - bound;
      current.push(
        column < 0 || column > right.length
          ? Infinity
          : Math.min(
              column === 0 ? row : Infinity,
              at(last, k + 1) + 1,
              at(current, k - 1) + 1,
              column === 0 ? Infinity : at(last, k) + (left[row - 1] === right[column - 1] ? 0 : 1),
              isSwap(left, right, row, column) ? at(beforeLast, k) + 1 : Infinity,
            ),
      );
    }
    if (Math.min(...current, ...last) > bound) return bound + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(at(last, right.length - left.length + bound), bound + 1);
}

function isSwap(left: string, right: string, row: number, column: number): boolean {
  if (row < 2 || column < 2) return false;
  return left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
}

function at(row: readonly number[], position: number): number {
  return row[position] ?? Infinity;
}
