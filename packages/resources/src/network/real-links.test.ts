import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Fault, type NetworkHint, type NetworkWriter, silentLog } from "@holdfast/core";
import {
  checkKind,
  createSimulatedHost,
  killIn,
  type KindRig,
  missingForFirewall,
  openNetworkIn,
  openNetworkNamespace,
  type RealNetworkNamespace,
  untilHinted,
  VirtualClock,
} from "@holdfast/testing";
import type { NetworkInput } from "./fields.ts";
import { networkKind } from "./kind.ts";

const UNSTOPPED = new AbortController().signal;
const full: NetworkInput = {
  keptBy: "ip",
  addresses: ["10.9.0.1/24", "2001:db8:9::1/64"],
  gateway: ["10.9.0.2", "2001:db8:9::2"],
  routes: [
    { to: "10.77.0.0/16", via: "10.9.0.2", metric: 50 },
    { to: "2001:db8:77::/48", via: "2001:db8:9::2" },
    { to: "192.0.2.0/24" },
  ],
  mtu: 1400,
};

suite("links of the real kernel", { skip: missingForFirewall() ?? false }, () => {
  test("K7: what ip sets is as declared, and what others change of it is put right alone", async () => {
    await using net = await openNet();
    await net.declare(full);
    const tampers = [
      "ip address delete 10.9.0.1/24 dev near",
      "ip address delete 2001:db8:9::1/64 dev near",
      "ip route delete default",
      "ip route delete 10.77.0.0/16",
      "ip -6 route delete 2001:db8:77::/48",
      "ip link set near mtu 1500",
      "ip link set near down",
    ];
    for (const words of tampers) {
      net.namespace.run(words.split(" "));
      assert.notDeepEqual(await net.declare(full), [], words);
      assert.deepEqual(await net.declare(full), [], words);
    }
  });

  test("K7: what others set stays unless it is to go, and never what a routing daemon or the kernel made", async () => {
    await using net = await openNet();
    await net.declare(full);
    net.namespace.run("ip address add 192.0.2.9/32 dev near".split(" "));
    net.namespace.run("ip route add 10.66.0.0/16 via 10.9.0.2".split(" "));
    assert.deepEqual(await net.declare(full), []);
    const changes = await net.declare({ ...full, exact: true });
    assert.deepEqual(
      changes.map(({ path }) => path),
      ["addresses", "routes"],
    );
    const { addresses, routes } = await net.link();
    assert.deepEqual(addresses, ["10.9.0.1/24", "2001:db8:9::1/64"]);
    assert.equal(routes.length, 5);
    assert.match(net.namespace.run("ip route".split(" ")), /10\.9\.0\.0\/24 .*proto kernel/);
  });

  test("K7: what is described of a link brings it back, whatever was declared since", async () => {
    await using net = await openNet();
    net.namespace.run("ip address add 198.51.100.7/24 dev near".split(" "));
    net.namespace.run("ip link set near up".split(" "));
    const before = await net.link();
    const described = await net.describe(full);
    await net.declare({ ...full, exact: true });
    assert.notDeepEqual(await net.link(), before);
    await net.declare(described);
    assert.deepEqual(await net.link(), before);
  });

  test("a bridge is made with its part and goes with it", async () => {
    await using net = await openNet();
    const bridge: NetworkInput = {
      keptBy: "ip",
      bridge: { ports: ["near"] },
      addresses: ["10.8.0.1/24"],
    };
    await net.declare(bridge, "br0");
    assert.equal((await net.link()).master, "br0");
    await net.declare({ ...bridge, state: "absent" }, "br0");
    assert.equal((await net.link()).master, undefined);
  });

  test("K7: what the kernel does not take is a fault with its words, and a link that is not there is named", async () => {
    await using net = await openNet();
    const route = { to: "10.1.0.0/16", via: "10.200.0.1" };
    await assert.rejects(net.declare({ keptBy: "ip", routes: [route] }), (fault: unknown) => {
      assert.ok(fault instanceof Fault);
      assert.equal(fault.reason, "NetworkRefused");
      return /gateway/.test(fault.message);
    });
    const elsewhere = net.declare({ keptBy: "ip", addresses: ["10.1.0.1/16"] }, "eth9");
    await assert.rejects(elsewhere, { reason: "NotFound" });
  });

  test("K7: each change is hinted with its link, time after time, and a monitor that is killed says so", async () => {
    await using net = await openNet();
    const noticed: NetworkHint[] = [];
    await using watch = await net.network.watch((hint) => noticed.push(hint), UNSTOPPED);
    for (let round = 1; round <= 5; round++) {
      for (const words of [
        `ip address add 10.5.0.${round}/24 dev near`,
        `ip route add 10.6.${round}.0/24 dev near`,
        "ip link set near mtu 1450",
        "ip link set near mtu 1400",
      ]) {
        net.namespace.run("ip link set near up".split(" "));
        noticed.length = 0;
        net.namespace.run(words.split(" "));
        const isNoticed = (): boolean =>
          noticed.some((hint) => hint.type === "network" && hint.link === "near");
        assert.ok(await untilHinted(isNoticed), `${words}: ${JSON.stringify(noticed)}`);
      }
    }
    killIn(net.namespace.pid, "ip");
    assert.equal((await watch.ended)?.reason, "WatchFailed");
  });
});

/** A namespace with a link `near`, whose other end is in another one. */
async function openNet() {
  const namespace = openNetworkNamespace();
  const far = openNetworkNamespace();
  const peer = ["peer", "name", "far", "netns", String(far.pid)];
  namespace.run(["ip", "link", "add", "near", "type", "veth", ...peer]);
  far.run(["ip", "link", "set", "far", "up"]);
  const network = openNetworkIn(namespace);
  const rig = rigOn(network);
  return {
    namespace,
    network,
    declare: (input: NetworkInput, name = "near") =>
      checkKind({ kind: networkKind, name, input }, rig),
    link: async () => {
      const found = (await network.read(["near"], UNSTOPPED)).links.get("near");
      assert.ok(found !== undefined);
      // A gateway makes it a way out.
      return { ...found, isControl: false };
    },
    async describe(input: NetworkInput) {
      const spec = networkKind.bind("near", input, (path, summary) => assert.fail(path + summary));
      const context = { host: rig.host, signal: UNSTOPPED, log: silentLog };
      const found = await networkKind.observe(spec, context);
      assert.ok(found.type === "present");
      return networkKind.describe?.(spec, found.value) ?? assert.fail("it can be described");
    },
    async [Symbol.asyncDispose]() {
      await namespaceEnds(namespace, far);
    },
  };
}

async function namespaceEnds(...namespaces: readonly RealNetworkNamespace[]): Promise<void> {
  for (const one of namespaces) await one[Symbol.asyncDispose]();
}

/** The agent on a machine of which the network alone is real. */
function rigOn(network: NetworkWriter): KindRig {
  const host = { ...createSimulatedHost({ clock: new VirtualClock() }), network };
  const sleep = (delayMs: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, delayMs));
  return { host, tree: () => [], sleep };
}
