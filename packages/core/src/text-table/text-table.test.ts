import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { authorizedKeyFormat } from "./authorized-key-lines.ts";
import { systemCrontabFormat, userCrontabFormat } from "./crontab-lines.ts";
import { fstabFormat } from "./fstab-lines.ts";
import { groupFormat, groupShadowFormat } from "./group-lines.ts";
import { hostsFormat } from "./hosts-lines.ts";
import { passwdFormat } from "./passwd-lines.ts";
import { shadowFormat } from "./shadow-lines.ts";
import { subordinateFormat } from "./subordinate-lines.ts";
import { sysctlFormat } from "./sysctl-lines.ts";
import {
  brokenLines,
  entriesOf,
  findEntry,
  type LineFormat,
  parseTable,
  printTable,
  putEntry,
  removeEntry,
  type TextTable,
} from "./text-table.ts";

const ED25519 = "AAAAC3NzaC1lZDI1NTE5AAAAI";
const key = (letter: string): string => ED25519 + letter.repeat(43);

/** A format with lines that are entries of it, several of one key among them. */
interface Subject {
  readonly name: string;
  readonly entries: readonly string[];
  laws(): void;
  parse(text: string): unknown;
}

function subject<Entry>(name: string, format: LineFormat<Entry>, ...entries: string[]): Subject {
  return {
    name,
    entries,
    laws: () => laws({ name, format, entries }),
    parse: (text) => parseTable(text, format),
  };
}

const SUBJECTS: readonly Subject[] = [
  subject(
    "passwd",
    passwdFormat,
    "root:x:0:0:root:/root:/bin/bash",
    "app:x:1000:1000:J\xe9r\xf4me,,,:/home/app:",
    "app:x:1001:0007::/:/bin/sh",
  ),
  subject("group", groupFormat, "root:x:0:", "web:x:33:app,other", "web:x:34:app,,x"),
  subject("gshadow", groupShadowFormat, "root:*::", "web:!:app:app,other", "web:::"),
  subject(
    "shadow",
    shadowFormat,
    "root:*:19000:0:99999:7:::",
    "app:!$6$salt$hash:::::::",
    "app::0:-1:1:2:3:4:reserved",
  ),
  subject("subuid", subordinateFormat, "app:100000:65536", "app:200000:1", "1000:300000:65536"),
  subject(
    "fstab",
    fstabFormat,
    "UUID=1-2 / ext4 errors=remount-ro 0 1",
    "/dev/sdb1\t/mnt/a\\040b   ext4  ro,nofail  0  2  # old",
    "  /dev/sdb2 /mnt/a\\040b xfs",
    "/swapfile none swap sw",
  ),
  subject(
    "hosts",
    hostsFormat,
    "127.0.0.1 localhost",
    "::1\tip6 ip6-loopback # six",
    "127.0.0.1 x",
  ),
  subject(
    "sysctl",
    sysctlFormat,
    "net.ipv4.ip_forward = 1",
    " -net/ipv4/ip_forward=0 ",
    "net.ipv4.conf.eth0/100.rp_filter =  1 2\t3",
  ),
  subject(
    "authorized_keys",
    authorizedKeyFormat,
    `ssh-ed25519 ${key("a")} me@here`,
    `from="10.0.0.*,!10.0.0.1",command="echo \\"a b\\"" ssh-ed25519 ${key("a")}  two  words `,
    `no-pty  ssh-ed25519 ${key("b")}`,
  ),
  subject(
    "user crontab",
    userCrontabFormat,
    "*/5 *  * * *  /bin/true >/dev/null",
    "@daily x",
    'PATH = "/bin"',
    "PATH=/sbin",
  ),
  subject(
    "crontab",
    systemCrontabFormat,
    "17 *\t* * *\troot    cd / && run",
    "A=b c",
    "@reboot me x",
  ),
];

/** Lines without an owner, broken ones, and bytes that are no UTF-8. */
const NOISE = [
  "",
  "# a comment",
  "  ",
  "+nis::::::",
  "\xff\xfe=\x01",
  "broken",
  ":::",
  "a\rb",
  "-",
];

function laws<Entry>({
  name,
  format,
  entries,
}: {
  name: string;
  format: LineFormat<Entry>;
  entries: readonly string[];
}): void {
  const line = fc.constantFrom(...NOISE, ...entries);
  const content = fc
    .tuple(fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n"))), fc.option(line))
    .map(([lines, last]) => lines.flat().join("") + (last ?? ""));
  const entry = fc.constantFrom(...entries.flatMap((text) => entriesOf(parseTable(text, format))));
  const table = content.map((text) => parseTable(text, format));

  test(`${name}: printing what was parsed gives every byte back`, () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((each) => String.fromCharCode(...each));
    fc.assert(
      fc.property(fc.oneof(content, bytes), (text) => {
        assert.equal(printTable(parseTable(text, format)), text);
      }),
    );
  });

  test(`${name}: every sample is an entry that is printed as itself`, () => {
    for (const text of entries) {
      const [first] = entriesOf(parseTable(text, format));
      assert(first !== undefined, text);
      const printed = format.print(first);
      assert.deepEqual(entriesOf(parseTable(printed, format)), [first], printed);
    }
  });

  test(`${name}: an edit changes its own line alone, is read back, and is made once`, () => {
    fc.assert(
      fc.property(table, entry, (before, wanted) => {
        const after = putEntry(before, wanted);
        assert.deepEqual(findEntry(after, format.keyOf(wanted)), wanted);
        assert.ok(withoutOne(after).includes(texts(before)) || changesOne(before, after));
        assert.equal(putEntry(after, wanted), after);
        const again = parseTable(printTable(after), format);
        assert.deepEqual(findEntry(again, format.keyOf(wanted)), wanted);
        assert.equal(printTable(putEntry(again, wanted)), printTable(after));
      }),
    );
  });

  test(`${name}: a removal takes all lines of its key and no other`, () => {
    fc.assert(
      fc.property(table, entry, (before, { ...unwanted }) => {
        const gone = format.keyOf(unwanted);
        const after = removeEntry(before, gone);
        assert.equal(findEntry(after, gone), undefined);
        const kept = before.lines.filter(
          ({ meaning }) => meaning.type !== "entry" || format.keyOf(meaning.entry) !== gone,
        );
        assert.deepEqual(after.lines, kept);
        assert.equal(removeEntry(after, gone), after);
      }),
    );
  });
}

/** Texts of lines. The end of a line may change where one is added behind it. */
function texts<Entry>(table: TextTable<Entry>): string {
  return JSON.stringify(table.lines.map(({ text }) => text));
}

/** The table with each of its lines left out. */
function withoutOne<Entry>(table: TextTable<Entry>): readonly string[] {
  return table.lines.map((_line, position) =>
    texts({ ...table, lines: table.lines.toSpliced(position, 1) }),
  );
}

function changesOne<Entry>(before: TextTable<Entry>, after: TextTable<Entry>): boolean {
  if (before.lines.length !== after.lines.length) return false;
  const changed = before.lines.filter(
    ({ text, ending }, position) =>
      text !== after.lines[position]?.text || ending !== after.lines[position]?.ending,
  );
  return changed.length <= 1;
}

suite("text tables", () => {
  for (const each of SUBJECTS) each.laws();

  test("K1: a value with a separator or a line break is refused, never written", () => {
    const table = parseTable("", passwdFormat);
    const user = { name: "a", password: "x", uid: 1, gid: 1, comment: "", home: "/", shell: "" };
    for (const bad of [
      { comment: "a:b" },
      { home: "/\n" },
      { name: "" },
      { name: "#a" },
      { uid: -1 },
      { shell: "\0" },
    ]) {
      assert.throws(() => putEntry(table, { ...user, ...bad }), { reason: "InputInvalid" });
    }
    const group = { name: "g", password: "x", gid: 1, members: ["a:b"] };
    assert.throws(() => putEntry(parseTable("", groupFormat), group), { reason: "InputInvalid" });
    assert.throws(
      () => putEntry(parseTable("", hostsFormat), { address: "1.1.1.1", names: ["a # b"] }),
      { reason: "InputInvalid" },
    );
  });

  test("a broken line is said with its number and without its text, and stays", () => {
    const content = "root:x:0:0::/:\napp:x:no:0::/:\nsecret\n# fine\n+::::::\n";
    const table = parseTable(content, passwdFormat);
    assert.deepEqual(brokenLines(table), [
      { line: 2, why: "has no number where the user id belongs" },
      { line: 3, why: "has 1 fields where 7 belong" },
    ]);
    assert.equal(printTable(removeEntry(table, "root")), content.slice("root:x:0:0::/:\n".length));
  });

  test("a line is added behind the last of its kind, and ends the line before it", () => {
    const user = { name: "a", password: "x", uid: 1, gid: 1, comment: "", home: "/", shell: "/s" };
    const put = (content: string): string =>
      printTable(putEntry(parseTable(content, passwdFormat), user));
    assert.equal(put(""), "a:x:1:1::/:/s\n");
    assert.equal(put("r:x:0:0::/:\n+::::::\n"), "r:x:0:0::/:\na:x:1:1::/:/s\n+::::::\n");
    assert.equal(put("r:x:0:0::/:"), "r:x:0:0::/:\na:x:1:1::/:/s\n");
    assert.equal(put("# none\n"), "# none\na:x:1:1::/:/s\n");
    assert.equal(put("a:x:1:1::/:/old"), "a:x:1:1::/:/s\n");
  });

  test("a carriage return is a part of the last field where the C library reads, else of the ending", () => {
    const [user] = entriesOf(parseTable("r:x:0:0::/:/s\r\n", passwdFormat));
    assert(user !== undefined);
    assert.equal(user.shell, "/s\r");
    const edited = putEntry(parseTable("r:x:0:0::/:/s\r\n", passwdFormat), {
      ...user,
      shell: "/s",
    });
    assert.equal(printTable(edited), "r:x:0:0::/:/s\n");
    const hosts = parseTable("1.1.1.1 a\r\n", hostsFormat);
    assert.deepEqual(findEntry(hosts, "1.1.1.1")?.names, ["a"]);
    const added = putEntry(hosts, { address: "::1", names: ["b"] });
    assert.equal(printTable(added), "1.1.1.1 a\r\n::1\tb\r\n");
  });

  test("long lines of spaces, quotes and commas take no more than a moment", () => {
    const many = 200_000;
    for (const part of [" ", '"', ",", "\\", "\t ", "= ", "a,", "a ", '\\"', "a="]) {
      const long = part.repeat(many);
      for (const text of [
        long,
        `a b ${long}`,
        `a=${long}x`,
        `1.1.1.1 a${long}#`,
        `no-pty,${long}`,
      ]) {
        for (const { parse } of SUBJECTS) parse(text);
      }
    }
  });
});
