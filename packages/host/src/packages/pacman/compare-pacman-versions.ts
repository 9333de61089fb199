import { compareParts } from "../rpm/compare-rpm-versions.ts";

/**
 * Compares two versions as pacman does (`vercmp(8)`): epoch, version, and the release where both have one. It is rpm's
 * order without `~` and `^`, but a version with a word behind it is older than one without: `1.0rc` before `1.0`.
 */
export function comparePacmanVersions(a: string, b: string): number {
  const left = splitVersion(a);
  const right = splitVersion(b);
  const isReleased = left.release !== undefined && right.release !== undefined;
  return (
    compareParts(left.epoch, right.epoch) ||
    comparePart(left.version, right.version) ||
    (isReleased ? comparePart(left.release ?? "", right.release ?? "") : 0)
  );
}

function splitVersion(text: string) {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  return {
    epoch,
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? undefined : rest.slice(dash + 1),
  };
}

/** `alpm_pkg_vercmp`: a word right behind what both have is a pre-release; anything else that one has more is newer. */
function comparePart(a: string, b: string): number {
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const [x, y] = [left[at], right[at]];
    if (x === undefined || y === undefined) break;
    const order = x.separator.length - y.separator.length || compareParts(x.text, y.text);
    if (order !== 0) return order;
  }
  if (left.length === right.length) return 0;
  const [longer, sign] = left.length > right.length ? [left, 1] : [right, -1];
  const next = longer[shared];
  const isPrerelease = next?.separator === "" && /^[A-Za-z]/.test(next.text);
  return isPrerelease ? -sign : sign;
}

function segmentsOf(text: string): readonly { separator: string; text: string }[] {
  const found = text.matchAll(/([^A-Za-z0-9]*)(\d+|[A-Za-z]+)/g);
  return [...found].map(([, separator = "", segment = ""]) => ({ separator, text: segment }));
}
