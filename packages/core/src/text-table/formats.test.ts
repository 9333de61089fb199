import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { authorizedKeyFormat, authorizedKeyId } from "./authorized-key-lines.ts";
import { systemCrontabFormat, userCrontabFormat } from "./crontab-lines.ts";
import { fstabFormat } from "./fstab-lines.ts";
import { hostsFormat } from "./hosts-lines.ts";
import { shadowFormat } from "./shadow-lines.ts";
import { subordinateFormat } from "./subordinate-lines.ts";
import { sysctlFormat, sysctlPath } from "./sysctl-lines.ts";
import {
  brokenLines,
  entriesOf,
  type LineFormat,
  parseTable,
  printTable,
  putEntry,
} from "./text-table.ts";

const RSA = `AAAAB3NzaC1yc2EAAAADAQABAAAA${"x".repeat(40)}`;

/** Puts an entry into a content. */
function put<Entry>(format: LineFormat<Entry>, content: string, entry: Entry): string {
  return printTable(putEntry(parseTable(content, format), entry));
}

function only<Entry>(format: LineFormat<Entry>, text: string): Entry {
  const [entry, ...more] = entriesOf(parseTable(text, format));
  assert(entry !== undefined && more.length === 0, text);
  return entry;
}

function broken<Entry>(format: LineFormat<Entry>, text: string): string | undefined {
  return brokenLines(parseTable(text, format))[0]?.why;
}

suite("formats of text tables", () => {
  test("K10: fstab has spaces as \\040, keeps its columns, and swap by its source", () => {
    const line = "/dev/sdb1\t/mnt/a\\040b   ext4  ro,nofail  0  2  # old\n";
    const entry = only(fstabFormat, line);
    assert.deepEqual(
      [entry.mountPoint, entry.options, entry.pass],
      ["/mnt/a b", ["ro", "nofail"], 2],
    );
    assert.equal(
      put(fstabFormat, line, { ...entry, options: ["rw"], source: "/dev/x y" }),
      "/dev/x\\040y\t/mnt/a\\040b   ext4  rw  0  2  # old\n",
    );
    assert.equal(
      put(fstabFormat, "a /a ext4\n", { ...only(fstabFormat, "a /a ext4"), pass: 2 }),
      "a /a ext4 defaults 0 2\n",
    );
    assert.equal(
      put(fstabFormat, "a /a ext4\n", { ...only(fstabFormat, "a /a ext4"), type: "xfs" }),
      "a /a xfs defaults\n",
    );
    assert.equal(fstabFormat.keyOf(only(fstabFormat, "/swapfile none swap sw")), "/swapfile");
    assert.equal(broken(fstabFormat, "/dev/sda1"), "has no mount point or no type");
    assert.equal(broken(fstabFormat, "a /a ext4 ro x"), "has no number in its last fields");
  });

  test("hosts keeps comments and columns; further lines of an address stay", () => {
    const content = "127.0.1.1   old.example old  # set by the installer\n127.0.1.1 other\n";
    const entry = { address: "127.0.1.1", names: ["new"] };
    assert.equal(
      put(hostsFormat, content, entry),
      "127.0.1.1   new  # set by the installer\n127.0.1.1 other\n",
    );
    assert.equal(
      put(hostsFormat, "", { address: "fe80::1%eth0", names: ["a", "b"] }),
      "fe80::1%eth0\ta b\n",
    );
    assert.equal(broken(hostsFormat, "localhost 127.0.0.1"), "begins with no address");
    assert.equal(broken(hostsFormat, "127.0.0.1 # none"), "names no host");
  });

  test("K8: a sysctl key is one in both spellings, its last line counts, and others stay", () => {
    assert.equal(
      sysctlPath("net.ipv4.conf.eth0/100.rp_filter"),
      "net/ipv4/conf/eth0.100/rp_filter",
    );
    assert.equal(
      sysctlPath("net/ipv4/conf/eth0.100/rp_filter"),
      "net/ipv4/conf/eth0.100/rp_filter",
    );
    const content = "# ours\nkernel.x = 1\n-kernel/x=2\nkernel.y = 3\n";
    const entry = { path: "kernel/x", value: "7 8", mayFail: false };
    assert.equal(
      put(sysctlFormat, content, entry),
      "# ours\nkernel.x = 1\nkernel/x=7 8\nkernel.y = 3\n",
    );
    const dotted = { path: "net/ipv4/conf/eth0.100/x", value: "1", mayFail: true };
    assert.equal(put(sysctlFormat, "", dotted), "-net/ipv4/conf/eth0.100/x = 1\n");
    assert.deepEqual(entriesOf(parseTable("-net.ipv4.conf.all.x\n; no\n", sysctlFormat)), []);
    assert.equal(broken(sysctlFormat, "net.ipv4.x 1"), "has no = between a key and a value");
    assert.equal(broken(sysctlFormat, "= 1"), "has no = between a key and a value");
  });

  test("K10: an authorized key is its type and blob; options keep their quotes unless they change", () => {
    const line = `command="echo \\"a, b\\"",no-pty ssh-rsa ${RSA} me@here\n`;
    const entry = only(authorizedKeyFormat, line);
    assert.deepEqual(entry.options, [
      { name: "command", value: 'echo "a, b"' },
      { name: "no-pty" },
    ]);
    assert.equal(authorizedKeyId(entry), `ssh-rsa ${RSA}`);
    assert.equal(
      put(authorizedKeyFormat, line.replace("no-pty", "from=a"), {
        ...entry,
        options: [...entry.options.slice(0, 1), { name: "from", value: "a" }],
        comment: "new",
      }),
      line.replace("no-pty", "from=a").replace("me@here", "new"),
    );
    assert.equal(
      put(authorizedKeyFormat, `tunnel=1,from="a" ssh-rsa ${RSA} x\n`, {
        ...entry,
        options: [],
        comment: "",
      }),
      `ssh-rsa ${RSA}\n`,
    );
    const other = { ...entry, options: [{ name: "from", value: "10.0.0.0/8" }] };
    assert.equal(
      put(authorizedKeyFormat, line, other),
      `from="10.0.0.0/8" ssh-rsa ${RSA} me@here\n`,
    );
  });

  test("K10: a line that sshd would not take for a key is broken, not one with other options", () => {
    const cases: readonly (readonly [string, string])[] = [
      [`ssh-ed25519 ${RSA}`, "has no key of its type"],
      [`ssh-rsa ${RSA.slice(0, -1)}`, "has no key of its type"],
      ["ssh-rsa", "has no key of its type"],
      [`command="x ssh-rsa ${RSA}`, "has options that cannot be read"],
      [`no-pty, ssh-rsa ${RSA}`, "has options that cannot be read"],
      [`no-pty nonsense ${RSA}`, "has no type of key"],
    ];
    for (const [text, why] of cases) assert.equal(broken(authorizedKeyFormat, text), why, text);
  });

  test("K10: jobs of crontabs with and without a user, and settings", () => {
    assert.deepEqual(only(systemCrontabFormat, "17 *\t* * *\troot    cd / && run"), {
      type: "job",
      schedule: "17 * * * *",
      user: "root",
      command: "cd / && run",
    });
    assert.deepEqual(only(userCrontabFormat, "@daily A=1 run"), {
      type: "job",
      schedule: "@daily",
      command: "A=1 run",
    });
    assert.equal(
      put(userCrontabFormat, "A=1\n@daily x", { type: "setting", name: "A", value: "2" }),
      "A=2\n@daily x",
    );
    assert.equal(broken(userCrontabFormat, "* * * * run"), "has no schedule and command");
    assert.equal(broken(systemCrontabFormat, "@daily run"), "has no user and command");
  });

  test("K6: shadow and subordinate lines hold numbers, and nothing beyond the ids that there are", () => {
    assert.equal(broken(shadowFormat, "a:!:x:0:0:0:::"), "has no number where days belong");
    assert.equal(broken(subordinateFormat, "a:100000:0"), "names no range of ids");
    assert.equal(broken(subordinateFormat, "a:4294967290:65536"), "names ids that there are not");
    const { aging } = only(shadowFormat, "a:!:19000::90::-1::");
    assert.deepEqual(aging, { lastChangeDay: 19000, maximumDays: 90, inactiveDays: -1 });
  });
});
