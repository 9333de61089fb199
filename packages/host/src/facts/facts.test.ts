import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { readFacts } from "./facts.ts";
import { RootReader } from "./root-reader.ts";
import { isPlaceholder, readStableId, trimIdentity } from "./stable-id.ts";

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
  const lists = ["addresses", "custom", "disks", "interfaces"];
  const names = [
    ...lists,
    "arch",
    "cpuCount",
    "hostname",
    "kernel",
    "memoryBytes",
    "os",
  ].toSorted();
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

test("B6: the name with its domain is that of the hosts file, and no name server is asked", async (t) => {
  const check = async (hosts: string, expected: string | undefined, hostname = "web") => {
    const root = makeImage(t, { "etc/hostname": `${hostname}\n`, "etc/hosts": hosts });
    assert.equal((await readFacts({ root })).fqdn, expected, hosts);
  };
  await check("127.0.0.1 localhost\n127.0.1.1\tweb.example.org web # us\n", "web.example.org");
  await check("127.0.1.1 web web.example.org\n", "web.example.org");
  await check(
    "127.0.1.1 web\n# 1.2.3.4 web.example.org web\n10.0.0.2 other.example.org\n",
    undefined,
  );
  await check("", "web.example.org", "web.example.org");
});

test("B6: facts of this machine are read", async () => {
  const facts = await readFacts();
  assert.equal(facts.arch, process.arch);
  assert.ok(facts.cpuCount >= 1 && facts.memoryBytes > 0 && facts.hostname !== "");
  const prefixed = facts.interfaces.flatMap(({ addresses }) => addresses);
  assert.ok(prefixed.every((address) => /^[\da-f.:]+\/\d+$/.test(address)));
  assert.ok(facts.addresses.every((one) => prefixed.some((all) => all.startsWith(`${one}/`))));
  assert.ok(facts.disks.every(({ name, sizeBytes }) => name !== "" && sizeBytes > 0));
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

test("B3: virtual machines of one maker are not all in one shard, whatever their firmware says of them", async (t) => {
  const machineId = (index: number): string => index.toString(16).padStart(32, "5a");
  const makes: Readonly<Record<string, (index: number) => string | undefined>> = {
    // Long and alike up to the last characters.
    vmware: (index) => `VMware-42 3a 18 5c 0f 9d 21 7e-7c 55 0a 1b 2c 3d ${machineId(index)}\n`,
    virtualbox: () => "0\n",
    qemu: () => "Not Specified\n",
    white: () => "To be filled by O.E.M.\n",
    bare: () => undefined,
  };
  const bucketOf = (id: string): bigint =>
    createHash("sha256").update(`rollout\0${id}`).digest().readBigUInt64BE() % 100n;
  for (const [make, serialOf] of Object.entries(makes)) {
    let inShard = 0;
    for (let index = 0; index < 60; index += 1) {
      const serial = serialOf(index);
      const root = makeImage(t, {
        "etc/machine-id": `${machineId(index)}\n`,
        ...(serial === undefined ? {} : { [SERIAL]: serial }),
      });
      const { stableId } = await readFacts({ root });
      assert.equal(stableId?.value, make === "vmware" ? serial?.trim() : machineId(index));
      if (bucketOf(stableId?.value ?? "") < 50n) inShard += 1;
    }
    assert.ok(inShard > 15 && inShard < 45, `${inShard} of 60 of ${make}`);
  }
});

test("B3: a container has no serial of its own, only its machine-id; without one it has no identity", (t) => {
  const machineId = "0123456789abcdef0123456789abcdef";
  const files = { [SERIAL]: "PF0ABCDE\n", "proc/device-tree/serial-number": "10000000abcdef12\0" };
  const both = new RootReader(makeImage(t, { ...files, "etc/machine-id": machineId }));
  const read = (root: RootReader, isContainer: boolean) => readStableId(root, { isContainer });
  assert.deepEqual(read(both, true), { value: machineId, source: "machine-id" });
  assert.deepEqual(read(both, false), { value: "PF0ABCDE", source: "dmi-product-serial" });
  for (const unset of ["uninitialized\n", "\n", "00000000000000000000000000000000\n"]) {
    const image = new RootReader(makeImage(t, { ...files, "etc/machine-id": unset }));
    assert.equal(read(image, true), undefined, JSON.stringify(unset));
  }
});

test("B3: placeholders are known in any case and padding; real serials are not taken for one", () => {
  const placeholders = [
    "",
    "To Be Filled By O.E.M.",
    "To be filled by O.E.M",
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
    "SystemSerialNumb",
    "03000200-0400-0500-0006-000700080009",
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
