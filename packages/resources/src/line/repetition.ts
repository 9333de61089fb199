/** One token of a regular expression that matters here; escapes and classes are skipped whole. */
const TOKEN = /\\.|\[(?:\\.|[^\]\\])*\]|[()]|(?:[*+]|\{\d+,\})/gs;

/** What repeats without bound, right behind a closing parenthesis. */
const UNBOUNDED = /^(?:[*+]|\{\d+,\})/;

/**
 * True when a regular expression repeats without bound a group that itself repeats without bound, such as `(a+)+`.
 * Matching it can take time exponential in the length of a line, and nothing can stop it then. Some harmless patterns
 * have that form too; they can be written without it.
 */
export function repeatsRepetition(source: string): boolean {
  const groups: boolean[] = [false];
  for (const { 0: token, index } of source.matchAll(TOKEN)) {
    if (token === "(") groups.push(false);
    else if (token === ")") {
      const repeatsInside = groups.pop() ?? false;
      if (repeatsInside && UNBOUNDED.test(source.slice(index + 1))) return true;
      if (repeatsInside) markInnermost(groups);
    } else if (UNBOUNDED.test(token)) markInnermost(groups);
  }
  return false;
}

function markInnermost(groups: boolean[]): void {
  if (groups.length > 0) groups[groups.length - 1] = true;
}
