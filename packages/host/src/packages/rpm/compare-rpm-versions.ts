/**
 * Compares two versions as rpm does (`rpmvercmp`): epoch, version, release; in each, numbers and words take turns and
 * whatever else stands between them is passed over, `~` sorts before the end and `^` after it. Without a release, releases
 * are not compared. Negative: `a` is older.
 */
export function compareRpmVersions(a: string, b: string): number {
  const left = splitVersion(a);
  const right = splitVersion(b);
  const isReleased = left.release !== undefined && right.release !== undefined;
  return (
    compareParts(left.epoch, right.epoch) ||
    compareParts(left.version, right.version) ||
    (isReleased ? compareParts(left.release ?? "", right.release ?? "") : 0)
  );
}

/** Compares one part of a version, which has neither epoch nor release. */
export function compareParts(a: string, b: string): number {
  let left = skipSeparators(a);
  let right = skipSeparators(b);
  while (left !== "" || right !== "") {
    const special = compareSpecial(left, right);
    if (special === "both") {
      left = skipSeparators(left.slice(1));
      right = skipSeparators(right.slice(1));
      continue;
    }
    if (special !== undefined) return special;
    const segments = [segmentOf(left), segmentOf(right)] as const;
    const order = compareSegments(...segments);
    if (order !== 0) return order;
    left = skipSeparators(left.slice(segments[0].length));
    right = skipSeparators(right.slice(segments[1].length));
  }
  return 0;
}

interface Version {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

function splitVersion(text: string): Version {
  const [, epoch = "0", rest = ""] = /^(?:(\d*):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  const version = dash < 0 ? rest : rest.slice(0, dash);
  return { epoch: epoch || "0", version, release: dash < 0 ? undefined : rest.slice(dash + 1) };
}

function skipSeparators(text: string): string {
  return text.replace(/^[^A-Za-z0-9~^]+/, "");
}

/** What `~` and `^` decide, if there is one. */
function compareSpecial(a: string, b: string): number | "both" | undefined {
  for (const mark of ["~", "^"]) {
    const has = [a.startsWith(mark), b.startsWith(mark)];
    if (has[0] === true && has[1] === true) return "both";
    if (has[0] !== true && has[1] !== true) continue;
    const sign = has[0] === true ? -1 : 1;
    if (mark === "~") return sign;
    // A caret sorts after the end, and before everything else that may follow.
    const other = has[0] === true ? b : a;
    return other === "" ? -sign : sign;
  }
  return undefined;
}

function segmentOf(text: string): string {
  return /^(?:\d+|[A-Za-z]+)/.exec(text)?.[0] ?? "";
}

/** A number is newer than a word, and either than nothing. */
function compareSegments(a: string, b: string): number {
  if (a === "" || b === "") return (a === "" ? 0 : 1) - (b === "" ? 0 : 1);
  const isNumber = [/^\d/.test(a), /^\d/.test(b)];
  if (isNumber[0] !== isNumber[1]) return isNumber[0] === true ? 1 : -1;
  if (isNumber[0] !== true) return a === b ? 0 : a < b ? -1 : 1;
  const left = a.replace(/^0+/, "");
  const right = b.replace(/^0+/, "");
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}
