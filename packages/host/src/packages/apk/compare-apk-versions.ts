/** Before a version without a suffix, in order; after it. As apk-tools has them. */
const BEFORE = ["alpha", "beta", "pre", "rc"];
const AFTER = ["cvs", "svn", "git", "hg", "p"];

const VERSION = /^(\d+(?:\.\d+)*)([a-z])?((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/;

/**
 * Compares two versions as apk does: numbers with dots between them, a letter, suffixes such as `_rc1`, a revision `-r2`. What is
 * no version at all sorts before every version. Negative: `a` is older.
 */
export function compareApkVersions(a: string, b: string): number {
  const left = VERSION.exec(a);
  const right = VERSION.exec(b);
  if (left === null || right === null) {
    if (left === right) return a === b ? 0 : a < b ? -1 : 1;
    return left === null ? -1 : 1;
  }
  return (
    compareDotted(left[1] ?? "", right[1] ?? "") ||
    compareTexts(left[2] ?? "", right[2] ?? "") ||
    compareSuffixes(left[3] ?? "", right[3] ?? "") ||
    compareNumbers(left[4] ?? "0", right[4] ?? "0")
  );
}

/** After the first, a number that begins with a zero is a fraction: `1.05` is older than `1.1`. */
function compareDotted(a: string, b: string): number {
  const [left, right] = [a.split("."), b.split(".")];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [x = "", y = ""] = [left[at], right[at]];
    const isFraction = at > 0 && (x.startsWith("0") || y.startsWith("0"));
    const order = isFraction ? compareTexts(x, y) : compareNumbers(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareSuffixes(a: string, b: string): number {
  const [left, right] = [suffixesOf(a), suffixesOf(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [x = ["", ""], y = ["", ""]] = [left[at], right[at]];
    const order = rankOf(x[0]) - rankOf(y[0]) || compareNumbers(x[1] || "0", y[1] || "0");
    if (order !== 0) return order;
  }
  return 0;
}

function suffixesOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/_([a-z]+)(\d*)/g)].map(([, name = "", number = ""]) => [name, number]);
}

function rankOf(name: string): number {
  const before = BEFORE.indexOf(name);
  return before < 0 ? AFTER.indexOf(name) + 1 : before - BEFORE.length;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return left.length - right.length || compareTexts(left, right);
}
