import { type ByteText, toCharacters } from "../machine/byte-text.ts";
import type { Disk } from "../machine/disk.ts";
import { DiskError } from "../machine/errno.ts";
import { NotUnderstood } from "../machine/not-understood.ts";

/** A piece of one field. */
export interface Fragment {
  readonly text: ByteText;
  readonly isQuoted: boolean;
}

/** The paths that a field with `*` or `?` in it leads to, sorted; the field itself when there are none. */
export function expandGlob(field: readonly Fragment[], disk: Disk): readonly ByteText[] {
  const plain = field.map(({ text }) => text).join("");
  const bare = field.map(({ text, isQuoted }) => (isQuoted ? "" : text)).join("");
  if (/\[.*\]/s.test(bare)) throw new NotUnderstood("a glob with brackets");
  if (!/[*?]/.test(bare)) return [plain];
  if (bare.includes("\\")) throw new NotUnderstood("a glob with a backslash");
  const components = componentsOf(field);
  const isAbsolute = plain.startsWith("/");
  const found = matching(components, { base: isAbsolute ? "/" : "", disk });
  return found.length === 0 ? [plain] : found.toSorted();
}

interface Component {
  readonly text: ByteText;
  /** `undefined` for a plain name. */
  readonly pattern: RegExp | undefined;
}

function componentsOf(field: readonly Fragment[]): readonly Component[] {
  const components: { text: ByteText; source: string; isGlob: boolean }[] = [];
  let current: { text: ByteText; source: string; isGlob: boolean } | undefined;
  for (const { text, isQuoted } of field) {
    for (const character of text) {
      if (character === "/") {
        current = undefined;
        continue;
      }
      if (current === undefined) {
        current = { text: "", source: "", isGlob: false };
        components.push(current);
      }
      current.text += character;
      const isGlob = !isQuoted && (character === "*" || character === "?");
      current.isGlob ||= isGlob;
      const escaped = character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
      current.source += isGlob ? (character === "*" ? ".*" : ".") : escaped;
    }
  }
  return components.map(({ text, source, isGlob }) => ({
    text,
    pattern: isGlob ? new RegExp(`^${source}$`, "s") : undefined,
  }));
}

function matching(
  [first, ...others]: readonly Component[],
  { base, disk }: { readonly base: ByteText; readonly disk: Disk },
): readonly ByteText[] {
  if (first === undefined) return disk.find(base, false) === undefined ? [] : [base];
  const names = first.pattern === undefined ? [first.text] : namesLike(first, base, disk);
  return names.flatMap((name) => {
    const path = base === "" || base.endsWith("/") ? base + name : `${base}/${name}`;
    return matching(others, { base: path, disk });
  });
}

/** Hidden names are only found by a pattern that begins with the dot itself. */
function namesLike({ text, pattern }: Component, base: ByteText, disk: Disk): readonly ByteText[] {
  if (text.startsWith(".")) throw new NotUnderstood("a glob for hidden files");
  const names = namesIn(base === "" ? "." : base, disk).filter((name) => !name.startsWith("."));
  const isWide = text.includes("?") && names.some((name) => toCharacters(name) !== name);
  if (isWide) throw new NotUnderstood("the glob ? among names beyond ASCII");
  return names.filter((name) => pattern?.test(name));
}

function namesIn(path: ByteText, disk: Disk): readonly ByteText[] {
  try {
    return disk.list(path);
  } catch (error) {
    if (error instanceof DiskError) return [];
    throw error;
  }
}
