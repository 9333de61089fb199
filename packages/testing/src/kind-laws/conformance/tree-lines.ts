import assert from "node:assert/strict";

const LINE =
  /^(?<path>.*?) (?<type>file|directory|link|fifo|socket|block-device|character-device|unit) (?<attributes>[0-7]{4} \d+:\d+)(?<content>.*)$/su;

/** What a tree says of one path. */
export interface TreeLine {
  readonly type: string;
  /** Mode, owner and group. */
  readonly attributes: string;
  readonly content: string;
}

/** A tree by its paths. */
export function byPath(tree: readonly string[]): ReadonlyMap<string, TreeLine> {
  return new Map(
    tree.map((line) => {
      const found = LINE.exec(line)?.groups;
      assert.ok(found !== undefined, `not a line of a tree: ${line}`);
      const { path = "", type = "", attributes = "", content = "" } = found;
      return [path, { type, attributes, content }];
    }),
  );
}

/** The trees around a change. */
export interface Around {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Paths of a tree that were neither there before nor are to be there after. */
export function litterIn(tree: readonly string[], { before, after }: Around): readonly string[] {
  const known = new Set([...byPath(before).keys(), ...byPath(after).keys()]);
  return [...byPath(tree).keys()].filter((path) => !known.has(path));
}

/**
 * Every path is the old thing or the new one, complete. A file with new content has the new attributes too; around old
 * content they may be on their way. Litter is not judged here.
 */
export function assertOldOrNew(tree: readonly string[], around: Around): void {
  const now = byPath(tree);
  const before = byPath(around.before);
  const after = byPath(around.after);
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [line, old, next] = [now.get(path), before.get(path), after.get(path)];
    if (line === undefined) {
      const isKept = old !== undefined && next !== undefined && old.type === next.type;
      assert.ok(!isKept, `${path} is gone, and neither old nor new`);
      continue;
    }
    const isOld = isSameThing(line, old);
    const isNew = isSameThing(line, next);
    const words = `${line.type} ${line.attributes}${line.content}`;
    assert.ok(isOld || isNew, `${path} is neither old nor new: ${words}`);
    if (line.type !== "file" || isOld) continue;
    assert.equal(line.attributes, next?.attributes, `${path} is new, with other attributes`);
  }
}

function isSameThing(one: TreeLine, other: TreeLine | undefined): boolean {
  return one.type === other?.type && one.content === other.content;
}
