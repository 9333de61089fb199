import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type FileSubject, UNSTOPPED, writeText } from "./subject.ts";

const ACCESS_ACL = "system.posix_acl_access";
const DEFAULT_ACL = "system.posix_acl_default";
const CAPABILITY = "security.capability";
const NOBODY = 65_534;
const SOMEBODY = 12_345;

/** user::rwx, user:65534:rwx, group::r-x, mask::rwx, other::--- (acl(5)). */
const ACL = aclOf([
  [0x01, 7],
  [0x02, 7, NOBODY],
  [0x04, 5],
  [0x10, 7],
  [0x20, 0],
]);
/** cap_net_raw=ep, capabilities(7). */
const NET_RAW = bytesOf([0x02_00_00_01, 1 << 13, 0, 0, 0]);

/** Laws of ACLs, modes and what else belongs to a file. */
export function attributeLaws(open: () => Promise<FileSubject>): void {
  test("K1: what is made without a mode gets what the default ACL of its directory gives to any program", async (t) => {
    await using subject = await open();
    subject.tamper.makeDirectory("/shared");
    if (!canSet(subject, "/shared", DEFAULT_ACL, ACL, t)) return;
    await writeText(subject, "/shared/new", "new");
    await subject.files.makeDirectory({ path: "/shared/sub" }, UNSTOPPED);
    assert.equal(bitsOf(subject, "/shared/new"), 0o660);
    assert.equal(bitsOf(subject, "/shared/sub"), 0o770);
    assert.equal(permissionsOf(subject, "/shared/new", NOBODY), 7);
    assert.ok(subject.inspect.extendedAttribute("/shared/sub", DEFAULT_ACL));
  });

  test("K1: a declared mode is kept under a default ACL, and its named entries are inherited", async (t) => {
    await using subject = await open();
    subject.tamper.makeDirectory("/shared");
    if (!canSet(subject, "/shared", DEFAULT_ACL, ACL, t)) return;
    const content = new TextEncoder().encode("new");
    const request = { path: "/shared/new", content, mode: 0o644, attempt: "0123456789abcdef" };
    await subject.files.write(request, UNSTOPPED);
    await subject.files.makeDirectory({ path: "/shared/sub", mode: 0o750 }, UNSTOPPED);
    assert.equal(bitsOf(subject, "/shared/new"), 0o644);
    assert.equal(bitsOf(subject, "/shared/sub"), 0o750);
    for (const path of ["/shared/new", "/shared/sub"])
      assert.equal(permissionsOf(subject, path, NOBODY), 7, path);
  });
}

/** What only root can try. */
export function attributeOwnerLaws(open: () => Promise<FileSubject>): void {
  test("K1: a program keeps its capabilities when its owner is set", async (t) => {
    await using subject = await open();
    subject.tamper.write("/ping", "x");
    subject.tamper.chmod("/ping", 0o755);
    if (!canSet(subject, "/ping", CAPABILITY, NET_RAW, t)) return;
    await subject.files.setAttributes({ path: "/ping", uid: SOMEBODY }, UNSTOPPED);
    assert.equal(subject.inspect.stat("/ping")?.uid, SOMEBODY);
    const kept = subject.inspect.extendedAttribute("/ping", CAPABILITY);
    assert.deepEqual(kept && Uint8Array.from(kept), NET_RAW);
    subject.tamper.chown("/ping", 0, 0);
    assert.equal(subject.inspect.extendedAttribute("/ping", CAPABILITY), undefined);
  });
}

/** False where the machine has no such attributes: the test is skipped then. */
function canSet(
  { tamper }: FileSubject,
  path: string,
  name: string,
  value: Uint8Array,
  t: TestContext,
): boolean {
  try {
    tamper.setExtendedAttribute(path, name, value);
    return true;
  } catch (error) {
    t.skip(`${name} cannot be set here: ${String(error)}`);
    return false;
  }
}

function bitsOf({ inspect }: FileSubject, path: string): number {
  return (inspect.stat(path)?.mode ?? 0) & 0o7777;
}

/** What the ACL of a file gives to a named user. */
function permissionsOf({ inspect }: FileSubject, path: string, id: number): number | undefined {
  const acl = inspect.extendedAttribute(path, ACCESS_ACL);
  if (acl === undefined) return undefined;
  const view = new DataView(acl.buffer, acl.byteOffset, acl.byteLength);
  for (let at = 4; at < acl.length; at += 8) {
    const isNamed = view.getUint16(at, true) === 0x02 && view.getUint32(at + 4, true) === id;
    if (isNamed) return view.getUint16(at + 2, true);
  }
  return undefined;
}

function aclOf(entries: readonly (readonly [number, number, number?])[]): Uint8Array {
  return bytesOf([
    2,
    ...entries.flatMap(([tag, permissions, id = 0xffffffff]) => [tag | (permissions << 16), id]),
  ]);
}

/** 32 bits each, the lowest first. */
function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  return bytes;
}
