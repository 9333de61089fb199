import assert from "node:assert/strict";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { missingForTestHost, NODE, TestHost } from "./test-host.ts";

const MANIFEST = "/etc/holdfast/network.yaml";
const FILE = "/etc/systemd/network/10-holdfast-v0.network";
const PORT = 8080;
const OURS = { ipv4: "10.77.0.1", ipv6: "fd00:77::1" };
const SPEC = `{ addresses: [${OURS.ipv4}/24, "${OURS.ipv6}/64"], gateway: 10.77.0.2, mtu: 1400 }`;
const WRONG = "10.78.0.1";
/** What was put back once is held. */
const OTHER = "10.80.0.1";
/** What of a machine outlives a boot, as far as it matters here. */
const ON_DISK = ["/etc/systemd/network", "/etc/holdfast", "/var/lib/holdfast"];
const missing = missingForTestHost();

// The tests are steps of one run, on one machine with a link v0 to another one.
suite("network under a real systemd-networkd", { skip: missing ?? false }, () => {
  let host: TestHost;

  before(async () => {
    host = await bootWithCable();
  });
  after(async () => host?.[Symbol.asyncDispose]());

  test("K7: what is declared is there, now and at boot, and packets of both families get through", async () => {
    assert.ok(!isReached(OURS.ipv4), "nothing is set yet");
    assert.equal(applied(SPEC).code, 2);
    await bothReached();
    assert.match(host.run(["ip", "route", "show", "default"]).stdout, /via 10\.77\.0\.2 dev v0/);
    assert.match(host.read(FILE) ?? "", /^Address=10\.77\.0\.1\/24$/m);
    assert.equal(applied(SPEC).code, 0, "a second apply does nothing");
  });

  test("K7: what was removed by hand comes back, and what others set stays", async () => {
    host.run(["ip", "address", "add", "192.0.2.77/32", "dev", "v0"]);
    const tampers = [
      `ip address delete ${OURS.ipv4}/24 dev v0`,
      `ip address delete ${OURS.ipv6}/64 dev v0`,
      "ip route delete default",
      "ip link set v0 mtu 1500",
      "ip link set v0 down",
    ];
    for (const words of tampers) {
      assert.equal(host.run(words.split(" ")).code, 0, words);
      const { code, output } = applied(SPEC);
      assert.equal(code, 2, `${words}: ${output}`);
      await bothReached();
      assert.equal(applied(SPEC).code, 0, words);
    }
    assert.match(host.run(["ip", "address", "show", "v0"]).stdout, /192\.0\.2\.77\/32/);
  });

  test("design §4: a wrong address on the link that leads out is put back when nobody confirms it", async () => {
    const wrong = `{ addresses: [${WRONG}/24] }`;
    const { code, output } = applied(wrong, "{ mayCutControl: { withinMs: 2000 } }");
    assert.equal(code, 4, output);
    assert.match(output, /was put back to what it was before: nobody confirmed it in time/);
    await bothReached();
    assert.match(host.run(["ip", "route", "show", "default"]).stdout, /via 10\.77\.0\.2 dev v0/);
  });

  test("design §4: by its own word a change of the link that leads out waits to be confirmed, and a killed agent's is put back", () => {
    host.write(MANIFEST, manifest(`{ addresses: [${WRONG}/24] }`, "{}"));
    const child = `/opt/holdfast/node /opt/holdfast/bin/holdfast.js apply ${MANIFEST}`;
    const script = `${child} & sleep 4; kill -9 $!; wait; true`;
    host.run(["/bin/sh", "-c", script]);
    assert.match(host.run(["ip", "address", "show", "v0"]).stdout, /10\.78\.0\.1/);
    const { output } = host.holdfast(["apply", MANIFEST]);
    assert.ok(isReached(OURS.ipv4), output);
  });

  test("design §4: what nobody had confirmed when the machine lost its power is put back after the boot", async () => {
    host.write(MANIFEST, manifest(`{ addresses: [${OTHER}/24] }`, "{}"));
    const child = `/opt/holdfast/node /opt/holdfast/bin/holdfast.js apply ${MANIFEST}`;
    host.run(["/bin/sh", "-c", `${child} > /dev/null 2>&1 & sleep 4`]);
    assert.match(host.read(FILE) ?? "", /^Address=10\.80\.0\.1\/24$/m);
    const disk = fs.mkdtempSync(join(homedir(), ".holdfast-disk-"));
    try {
      for (const path of ON_DISK)
        fs.cpSync(host.at(path), join(disk, path), { recursive: true, preserveTimestamps: true });
      await host[Symbol.asyncDispose]();
      host = await bootWithCable(disk);
    } finally {
      fs.rmSync(disk, { recursive: true });
    }
    await host.until("networkd has done what the file says", () =>
      host.run(["ip", "address", "show", "v0"]).stdout.includes(OTHER),
    );
    const { output } = host.holdfast(["apply", MANIFEST]);
    assert.match(host.read(FILE) ?? "", /^Address=10\.77\.0\.1\/24$/m, output);
    await bothReached();
  });

  test("a bridge is made with its part, and goes with what is declared", () => {
    host.run(["ip", "link", "add", "p0", "type", "veth", "peer", "name", "p1"]);
    const bridge = "{ bridge: { ports: [p0] }, addresses: [10.79.0.1/24] }";
    assert.equal(applied(bridge, "{ mayCutControl: false }", "br7").code, 2);
    assert.match(host.run(["ip", "-d", "link", "show", "p0"]).stdout, /master br7/);
    assert.match(host.run(["ip", "address", "show", "br7"]).stdout, /10\.79\.0\.1\/24/);
    assert.equal(applied("{ bridge: { ports: [p0] }, state: absent }", "{}", "br7").code, 2);
    assert.notEqual(host.run(["ip", "link", "show", "br7"]).code, 0);
  });

  test("declared absent, addresses and file are gone; what netplan keeps is refused", () => {
    const { code, output } = applied("{ state: absent }", "{ mayCutControl: false }");
    assert.equal(code, 2, output);
    assert.equal(host.read(FILE), undefined);
    assert.ok(!isReached(OURS.ipv4), host.run(["ip", "address", "show", "v0"]).stdout);
    host.write("/run/systemd/network/10-netplan-v0.network", "[Match]\nName=v0\n");
    const refused = applied(`{ addresses: [${OURS.ipv4}/24] }`, "{ mayCutControl: false }");
    assert.match(refused.output, /AlreadyManaged: v0 is kept by netplan/);
    assert.equal(host.read(FILE), undefined);
  });

  function applied(spec: string, meta = "{ mayCutControl: false }", name = "v0") {
    host.write(MANIFEST, manifest(spec, meta, name));
    return host.holdfast(["apply", MANIFEST, "--detailed-exit-codes"]);
  }

  /** An address of IPv6 is tried on the link first. */
  async function bothReached(): Promise<void> {
    await host.until("both are reached", () => isReached(OURS.ipv4) && isReached(OURS.ipv6));
  }

  function isReached(address: string): boolean {
    const [program, ...words] = ["ip", "netns", "exec", "peer"];
    const connect = `require("net").connect({host:"${address}",port:${PORT},timeout:800}).on("data",()=>process.exit(0)).on("error",()=>process.exit(1)).on("timeout",()=>process.exit(1))`;
    return host.run([program ?? "", ...words, NODE, "-e", connect]).code === 0;
  }
});

/** A machine with a link v0 to another one, and with what was on the disk of an earlier one. */
async function bootWithCable(disk?: string): Promise<TestHost> {
  const host = await TestHost.boot();
  if (disk !== undefined) fs.cpSync(disk, host.at("/"), { recursive: true });
  for (const words of [
    "systemctl start dbus.socket systemd-networkd",
    "ip link add v0 type veth peer name v1",
    "ip netns add peer",
    "ip link set v1 netns peer",
    "ip -n peer address add 10.77.0.2/24 dev v1",
    "ip -n peer address add fd00:77::2/64 dev v1 nodad",
    "ip -n peer link set v1 up",
    `systemd-run --quiet ${NODE} -e require("net").createServer(s=>s.end("hi")).listen(${PORT},"::")`,
  ]) {
    const { code, output } = host.run(words.split(" "));
    assert.equal(code, 0, `${words}: ${output}`);
  }
  return host;
}

function manifest(spec: string, meta: string, name = "v0"): string {
  return `apiVersion: holdfast/v1
kind: Manifest
metadata: { name: machine }
resources:
  - { kind: network, name: ${name}, spec: ${spec}, meta: ${meta} }
`;
}
