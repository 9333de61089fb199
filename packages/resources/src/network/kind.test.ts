import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { NetworkLink } from "@holdfast/core";
import {
  checkKindRefusal,
  createSimulatedHost,
  NetworkModel,
  VirtualClock,
} from "@holdfast/testing";
import type { NetworkInput } from "./fields.ts";
import { netdevText, networkText, portsText } from "./file-text.ts";
import { networkKind } from "./kind.ts";
import type { NetworkObserved } from "./observe.ts";

function bind(input: NetworkInput, name = "eth0") {
  return networkKind.bind(name, input, (path, summary) => assert.fail(`${path}: ${summary}`));
}

const LINK: NetworkLink = {
  name: "eth0",
  index: 2,
  isUp: true,
  mtu: 1500,
  kind: undefined,
  master: undefined,
  addresses: ["10.0.0.5/24"],
  routes: [],
  isControl: false,
};

function observed(link: Partial<NetworkLink>, peers: readonly string[] = []): NetworkObserved {
  return { isLive: true, link: { ...LINK, ...link }, peers, ports: [] };
}

suite("network", () => {
  test("K7: a typo makes no other network: each is reported with its field", () => {
    const mistakes: readonly (readonly [NetworkInput, string])[] = [
      [{ addresses: ["10.0.0.5"] }, "addresses.0: not an address of a link"],
      [{ addresses: ["10.0.0.5/24", "10.0.0.256/24"] }, "addresses.1: not an address of a link"],
      [{ addresses: ["10.0.0.5/33"] }, "addresses.0: not an address of a link"],
      [{ addresses: ["2001:db8:::5/64"] }, "addresses.0: not an address of a link"],
      [{ gateway: "10.0.0.1/24" }, "gateway: not an address"],
      [{ gateway: ["10.0.0.1", "10.0.0.2"] }, "routes: two routes to one place"],
      [{ routes: [{ to: "10.0.0.1/8" }] }, "routes.0.to: not a network"],
      [
        { routes: [{ to: "10.0.0.0/8", via: "::1" }] },
        "routes.0.via: an address of the other family",
      ],
      [{ routes: [{ to: "10.0.0.0/8", via: "gw" }] }, "routes.0.via: not an address"],
      [{ dns: ["dns.example"] }, "dns.0: not an address"],
      [{ domains: ["a b"] }, "domains.0: not a domain"],
      [{ mtu: 1000, addresses: ["2001:db8::1/64"] }, "mtu: too short for IPv6"],
      [{ up: false, gateway: "10.0.0.1" }, "up: what leads nowhere"],
      [{ keptBy: "ip", dhcp: true }, "dhcp: nothing that ip keeps"],
      [{ keptBy: "ip", dns: ["10.0.0.1"] }, "dns: nothing that ip keeps"],
      [{ bridge: {}, vlan: { parent: "eth1", id: 7 } }, ": a link of two sorts"],
      [{ bridge: { ports: ["eth1 eth2"] } }, "bridge.ports.0: not a name of a link"],
      [{ vlan: { parent: "*", id: 7 } }, "vlan.parent: not a name of a link"],
    ];
    for (const [input, expected] of mistakes) {
      const found: string[] = [];
      networkKind.bind("eth0", input, (path, summary) => found.push(`${path}: ${summary}`));
      assert.ok(found.includes(expected), `${expected} in ${found.join(", ")}`);
    }
    for (const name of ["eth*", "a/b", "-x", "a b", "sixteen-letters-", "lo", "all", ""]) {
      const found: string[] = [];
      networkKind.bind(name, {}, (path) => found.push(path));
      assert.deepEqual(found, [""], name);
    }
  });

  test("what is written in two ways is one: spelling, order, and the ways to say everything", () => {
    const one = bind({
      addresses: ["FD00:0::5/64", "10.0.0.5/24"],
      gateway: ["10.0.0.1", "fd00::1"],
    });
    const other = bind({
      addresses: ["10.0.0.5/24", "fd00::5/64"],
      routes: [
        { to: "0.0.0.0/0", via: "10.0.0.1" },
        { to: "default", via: "FD00:0:0::1" },
      ],
    });
    assert.deepEqual(
      [one.addresses, one.routes.map(({ to, via }) => [to, via])],
      [other.addresses, other.routes.map(({ to, via }) => [to, via])],
    );
  });

  test("the files say what systemd.network(5) and systemd.netdev(5) ask for", () => {
    const text = networkText(
      bind({
        addresses: ["10.0.0.5/24"],
        gateway: "10.0.0.1",
        routes: [{ to: "10.9.0.0/16", via: "10.0.0.2", metric: 50 }],
        dns: ["10.0.0.53"],
        domains: ["example.org", "~corp.example"],
        mtu: 1400,
        vlans: ["office"],
      }),
      {},
    );
    assert.equal(
      text.split("\n").slice(2).join("\n"),
      `[Match]
Name=eth0

[Link]
MTUBytes=1400

[Network]
DHCP=no
ConfigureWithoutCarrier=yes
Address=10.0.0.5/24
DNS=10.0.0.53
Domains=example.org ~corp.example
VLAN=office

[Route]
Destination=0.0.0.0/0
Gateway=10.0.0.1

[Route]
Destination=10.9.0.0/16
Gateway=10.0.0.2
Metric=50
`,
    );
    const lines = (made: string | undefined) => made?.split("\n").slice(1).join("\n");
    const vlan = bind({ vlan: { parent: "eth0", id: 7 } }, "office");
    assert.equal(lines(netdevText(vlan)), "[NetDev]\nName=office\nKind=vlan\n\n[VLAN]\nId=7\n");
    const bond = bind({ bond: { mode: "802.3ad", ports: ["eth1", "eth0"] } }, "bond0");
    assert.equal(
      lines(netdevText(bond)),
      "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=802.3ad\n",
    );
    assert.equal(lines(portsText(bond)), "[Match]\nName=eth0 eth1\n\n[Network]\nBond=bond0\n");
  });

  test("design §4: what may cut off control is a way out, a connection from elsewhere, and what comes in its way", () => {
    const may = (input: NetworkInput, seen: NetworkObserved | undefined) =>
      networkKind.mayCutControl?.(bind(input), seen);
    const quiet = { addresses: ["10.0.0.5/24"] };
    assert.equal(may(quiet, observed({})), false);
    assert.equal(may(quiet, observed({ isControl: true })), true);
    assert.equal(may({ ...quiet, gateway: "10.0.0.1" }, observed({})), true);
    assert.equal(
      may(quiet, observed({}, ["10.0.0.99"])),
      true,
      "it takes the way to the other end",
    );
    assert.equal(may(quiet, observed({}, ["192.0.2.9"])), false);
    assert.equal(may({ routes: [{ to: "192.0.2.0/24" }] }, observed({}, ["192.0.2.9"])), true);
    assert.equal(may({ state: "absent" }, observed({ isControl: true })), true);
    assert.equal(may({ ...quiet, gateway: "10.0.0.1" }, { ...observed({}), isLive: false }), false);
  });

  test("what another program keeps, and what nothing would keep, is refused before anything is written", async () => {
    const input: NetworkInput = { addresses: ["10.0.0.5/24"] };
    const declared = { kind: networkKind, name: "eth0", input };
    const keepers = [
      ["/run/systemd/network/10-netplan-eth0.network", "[Match]\n"],
      ["/run/network/ifstate", "lo=lo\neth0=eth0\n"],
      ["/run/NetworkManager/devices/1", "[device]\nconnection-uuid=1-2\n"],
    ] as const;
    for (const [path, text] of keepers) {
      const host = createSimulatedHost({ clock: new VirtualClock() });
      host.kernel.tamper.write(path, text);
      const rig = { host, tree: () => host.kernel.inspect.tree(), sleep: async () => {} };
      await checkKindRefusal(declared, "AlreadyManaged", rig);
    }
    const network = new NetworkModel();
    network.isNetworkdRunning = false;
    const host = createSimulatedHost({ clock: new VirtualClock(), network });
    const rig = { host, tree: () => host.kernel.inspect.tree(), sleep: async () => {} };
    await checkKindRefusal(declared, "NetworkUnavailable", rig);
    await checkKindRefusal({ ...declared, name: "eth9" }, "NotFound", rig);
  });
});
