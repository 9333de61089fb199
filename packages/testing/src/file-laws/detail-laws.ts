import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { FileDetails } from "@holdfast/core";
import fc from "fast-check";
import { assertNames, type FileSubject, readPresent, UNSTOPPED } from "./subject.ts";

const ATTEMPT = "0123456789abcdef";
const ACL = "system.posix_acl_access";
const NOTE = "user.holdfast.note";
const LATER = "user.holdfast.later";
const SOMEBODY = 12_345;
const PATH = "/config";

/** A file as somebody left it. */
interface Left {
  readonly bytes: Uint8Array;
  readonly mode: number;
  /** Of an attribute of theirs; `undefined`: it has none. */
  readonly note: Uint8Array | undefined;
  /** What an ACL gives to a user, 3 bits; `undefined`: it has none. */
  readonly granted: number | undefined;
}

const anyLeft: fc.Arbitrary<Left> = fc.record({
  bytes: fc.uint8Array({ maxLength: 30 }),
  mode: fc.constantFrom(0o644, 0o600, 0o400, 0o4755, 0o2750, 0o666),
  note: fc.option(fc.uint8Array({ maxLength: 9 }), { nil: undefined }),
  granted: fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
});

/** Laws of what a file has besides its content: it is read, and given back with what it was. */
export function detailLaws(open: () => Promise<FileSubject>, isRemote: boolean): void {
  test("K1: a file that was written over is given back whole: bytes, mode, owner, attributes, ACL, and time to the nanosecond", async (t) => {
    if (!(await hasAttributes(open, t))) return;
    await fc.assert(
      fc.asyncProperty(anyLeft, async (left) => {
        await using subject = await open();
        leave(subject, left);
        const before = await seen(subject);
        const details = await detailsOf(subject, PATH);
        await overwrite(subject);
        assert.notDeepEqual(await seen(subject), before);
        await giveBack(subject, { ...before.kept, bytes: left.bytes }, details);
        const after = await seen(subject);
        assert.deepEqual(after.kept, before.kept);
        assertNames(subject, "/", ["config"]);
        if (isRemote) return;
        assert.deepEqual(after.details, before.details);
        assert.equal(subject.inspect.extendedAttribute(PATH, LATER), undefined);
      }),
      { numRuns: 20 },
    );
  });

  test("what a file has besides its content is read as it is, and no more of it than it has", async (t) => {
    if (!(await hasAttributes(open, t))) return;
    await using subject = await open();
    leave(subject, { bytes: new Uint8Array(3), mode: 0o644, note: undefined, granted: undefined });
    const modifiedNs = String(subject.inspect.modifiedNs(PATH));
    const handles = subject.openHandles();
    assert.deepEqual(await detailsOf(subject, PATH), isRemote ? {} : { modifiedNs });
    subject.tamper.setExtendedAttribute(PATH, NOTE, Buffer.from("theirs"));
    const attributes = { [NOTE]: Buffer.from("theirs").toString("base64") };
    assert.deepEqual(await detailsOf(subject, PATH), isRemote ? {} : { modifiedNs, attributes });
    assert.equal(subject.openHandles(), handles);
  });

  test("only a regular file has details; a link has none unless it is followed", async () => {
    await using subject = await open();
    if (isRemote) return;
    subject.tamper.write(PATH, "content");
    subject.tamper.symlink("/link", "config");
    subject.tamper.makeDirectory("/dir");
    subject.tamper.makeSpecial("/pipe", "fifo");
    for (const path of ["/link", "/dir", "/pipe", "/none", "/no/where"]) {
      const answer = await subject.files.details({ path }, UNSTOPPED);
      assert.equal(answer.type, "absent", path);
    }
    const followed = await subject.files.details({ path: "/link", followLink: true }, UNSTOPPED);
    assert.ok(followed.type === "present");
    assert.deepEqual(followed.value, await detailsOf(subject, PATH));
  });
}

/** False where files have no attributes: the test is skipped then. */
async function hasAttributes(open: () => Promise<FileSubject>, t: TestContext): Promise<boolean> {
  await using subject = await open();
  try {
    leave(subject, { bytes: new Uint8Array(), mode: 0o644, note: new Uint8Array(1), granted: 7 });
    return true;
  } catch (error) {
    t.skip(`attributes cannot be set here: ${String(error)}`);
    return false;
  }
}

function leave({ tamper, uid }: FileSubject, { bytes, mode, note, granted }: Left): void {
  tamper.write(PATH, bytes);
  if (uid === 0) tamper.chown(PATH, SOMEBODY, SOMEBODY);
  if (note !== undefined) tamper.setExtendedAttribute(PATH, NOTE, note);
  tamper.chmod(PATH, mode);
  if (granted !== undefined) tamper.setExtendedAttribute(PATH, ACL, aclGiving(granted, mode));
}

/** What is given back everywhere, and what only where it is known. */
async function seen(subject: FileSubject) {
  const { inspect } = subject;
  const { entry, bytes = [] } = await readPresent(subject, { path: PATH, content: "bytes" });
  const { mode, uid, gid } = entry;
  return {
    kept: { mode, uid, gid, bytes: [...bytes] },
    details: {
      note: plain(inspect.extendedAttribute(PATH, NOTE)),
      acl: plain(inspect.extendedAttribute(PATH, ACL)),
      modifiedNs: inspect.modifiedNs(PATH),
    },
  };
}

async function detailsOf(subject: FileSubject, path: string): Promise<FileDetails> {
  const answer = await subject.files.details({ path }, UNSTOPPED);
  assert.ok(answer.type === "present", `${path} is ${answer.type}`);
  return answer.value;
}

/** As Holdfast does it, and then somebody adds an attribute. */
async function overwrite({ files, tamper, uid }: FileSubject): Promise<void> {
  const content = new TextEncoder().encode("what is declared is something else");
  const owner = uid === 0 ? { uid: 0, gid: 0 } : {};
  await files.write({ path: PATH, content, mode: 0o640, ...owner, attempt: ATTEMPT }, UNSTOPPED);
  tamper.setExtendedAttribute(PATH, LATER, new Uint8Array(1));
}

async function giveBack(
  { files }: FileSubject,
  was: { readonly bytes: Uint8Array } & Record<"mode" | "uid" | "gid", number>,
  restores: FileDetails,
): Promise<void> {
  const { bytes: content, ...attributes } = was;
  await files.write({ path: PATH, content, ...attributes, restores, attempt: ATTEMPT }, UNSTOPPED);
}

function plain(bytes: Uint8Array | undefined): readonly number[] | undefined {
  return bytes && [...bytes];
}

/** user::, user:12345:, group::, mask::, other:: (acl(5)). */
function aclGiving(granted: number, mode: number): Uint8Array {
  const group = (mode >> 3) & 7;
  const entries = [
    [0x01, (mode >> 6) & 7],
    [0x02, granted, SOMEBODY],
    [0x04, group],
    [0x10, group],
    [0x20, mode & 7],
  ] as const;
  const bytes = new Uint8Array(4 + entries.length * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 2, true);
  for (const [at, [tag, permissions, id = 0xffffffff]] of entries.entries()) {
    view.setUint16(4 + at * 8, tag, true);
    view.setUint16(6 + at * 8, permissions, true);
    view.setUint32(8 + at * 8, id, true);
  }
  return bytes;
}
