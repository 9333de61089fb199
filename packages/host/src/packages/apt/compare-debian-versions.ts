/**
 * Compares two versions as dpkg does (deb-version(7)): epoch, upstream version, revision; in each, parts without digits
 * and numbers take turns, `~` sorts before the end and letters before everything else. Negative: `a` is older.
 */
export function compareDebianVersions(a: string, b: string): number {
  const left = splitVersion(a);
  const right = splitVersion(b);
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

interface Version {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function splitVersion(text: string): Version {
  const colon = text.indexOf(":");
  const epoch = colon < 0 ? "" : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  if (dash < 0) return { epoch, upstream: rest, revision: "" };
  return { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

function compareParts(a: string, b: string): number {
  let left = a;
  let right = b;
  while (left !== "" || right !== "") {
    const texts = [/^\D*/.exec(left)?.[0] ?? "", /^\D*/.exec(right)?.[0] ?? ""] as const;
    const order = compareTexts(...texts);
    if (order !== 0) return order;
    left = left.slice(texts[0].length);
    right = right.slice(texts[1].length);
    const numbers = [/^\d*/.exec(left)?.[0] ?? "", /^\d*/.exec(right)?.[0] ?? ""] as const;
    const difference = compareNumbers(...numbers);
    if (difference !== 0) return difference;
    left = left.slice(numbers[0].length);
    right = right.slice(numbers[1].length);
  }
  return 0;
}

function compareTexts(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = orderOf(a[at]) - orderOf(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function orderOf(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** Of any length: as text, once the zeros in front are gone. */
function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, "");
  const right = b.replace(/^0+/, "");
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
