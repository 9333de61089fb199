import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { readFacts } from "./facts.ts";
import { isPlaceholder, trimIdentity } from "./stable-id.ts";

function makeImage(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-facts-"));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    fs.mkdirSync(dirname(join(root, path)), { recursive: true });
    fs.writeFileSync(join(root, path), content);
  }
  return root;
}

const SERIAL = "sys/class/dmi/id/product_serial";

test("B6: facts of an image are the image's own", async (t) => {
  const root = makeImage(t, {
    "usr/lib/os-release": `NAME="Alpine Linux"\nID=alpine\n# no\nVERSION_ID='3.20.1'\nX="a\\"b"\n`,
    "etc/hostname": "image\n",
    "sbin/apk": "",
    "sbin/openrc": "",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  });
  // As it is in most images; resolved inside of this one.
  fs.symlinkSync("/usr/lib/os-release", join(root, "etc/os-release"));
  const { distro, distroVersion, hostname, packageBackend, init, stableId } = await readFacts({
    root,
  });
  assert.deepEqual(
    { distro, distroVersion, hostname, packageBackend, init, stableId },
    {
      distro: "alpine",
      distroVersion: "3.20.1",
      hostname: "image",
      packageBackend: "apk",
      init: "openrc",
      stableId: { value: "0123456789abcdef0123456789abcdef", source: "machine-id" },
    },
  );
});

test("B6: an empty image has the facts that need no file, and no others", async (t) => {
  const facts = await readFacts({ root: makeImage(t, {}) });
  const names = ["arch", "cpuCount", "hostname", "kernel", "memoryBytes", "os"];
  assert.deepEqual(Object.keys(facts).toSorted(), names);
});

test("B6: the package backends are tried in their order", async (t) => {
  const order = ["apt-get", "dnf", "yum", "zypper", "apk", "pacman"];
  for (const [place, name] of order.entries()) {
    const installed: Record<string, string> = {};
    for (const later of order.slice(place)) installed[`usr/bin/${later}`] = "";
    const { packageBackend } = await readFacts({ root: makeImage(t, installed) });
    assert.equal(packageBackend, name);
  }
});

test("B6: a file that would block or lead astray is a fact less", async (t) => {
  const root = makeImage(t, { "etc/hostname": "image\n" });
  fs.mkdirSync(join(root, "etc/machine-id"));
  fs.symlinkSync("os-release", join(root, "etc/os-release"));
  const facts = await readFacts({ root });
  assert.equal(facts.stableId, undefined);
  assert.equal(facts.distro, undefined);
});

test("B6: facts of this machine are read", async () => {
  const facts = await readFacts();
  assert.equal(facts.arch, process.arch);
  assert.ok(facts.cpuCount >= 1 && facts.memoryBytes > 0 && facts.hostname !== "");
});

test("B3: a serial of the hardware comes first, a placeholder is passed over", async (t) => {
  const machine = "0123456789abcdef0123456789abcdef";
  const check = async (serial: string, expected: string) => {
    const root = makeImage(t, { [SERIAL]: serial, "etc/machine-id": `${machine}\n` });
    assert.equal((await readFacts({ root })).stableId?.value, expected, JSON.stringify(serial));
  };
  await check(" VMware-42 3a 18 \n", "VMware-42 3a 18");
  await check("System Serial Number\n", machine);
  const tree = makeImage(t, { "proc/device-tree/serial-number": "10000000abcdef12\0" });
  assert.deepEqual((await readFacts({ root: tree })).stableId, {
    value: "10000000abcdef12",
    source: "device-tree-serial",
  });
});

test("B3: placeholders are known in any case and padding; real serials are not taken for one", () => {
  const placeholders = [
    "",
    "To Be Filled By O.E.M.",
    "Default string",
    "None",
    "0",
    "System Serial Number",
    "Not Specified",
    "00000000-0000-0000-0000-000000000000",
    "................",
    "FFFFFFFF-FFFF",
    "XXXXXXXX",
    "123456789",
    "N/A",
  ];
  const padding = fc.stringMatching(/^[ \t\n\0]{0,3}$/);
  fc.assert(
    fc.property(
      fc.constantFrom(...placeholders),
      padding,
      padding,
      fc.boolean(),
      (text, before, after, isUpper) => {
        const cased = isUpper ? text.toUpperCase() : text.toLowerCase();
        assert.ok(isPlaceholder(before + cased + after));
      },
    ),
  );
  for (const real of ["10000000abcdef12", "VMware-42 3a", "CZ1234567890", "PF0ABCDE", "0A"]) {
    assert.equal(isPlaceholder(real), false, real);
  }
});

test("B3: an identity is trimmed and never cut", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const value = trimIdentity(text);
      assert.ok(text.includes(value));
      assert.equal(trimIdentity(value), value);
      assert.equal(value, trimIdentity(` \0${text}\n\0`));
    }),
  );
});
