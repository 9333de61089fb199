import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { containerNetworkKind } from "./kind.ts";
import { checkSubnet, normalSubnet } from "./subnet-text.ts";

test("a range of addresses is one however it is written, and what the engine shows of it is in sync", () => {
  const same = [
    ["fd00:0::/64", "FD00::/64", "fd00:0:0:0:0:0:0:0/64"],
    ["10.1.2.3/32", "10.1.2.3/32"],
    ["10.20.0.0/16"],
  ];
  for (const texts of same) {
    const normal = new Set(texts.map((subnet) => normalSubnet({ subnet }).subnet));
    assert.equal(normal.size, 1, texts.join(", "));
  }
  const bind = (subnet: string, gateway: string) =>
    containerNetworkKind.bind("front", { subnets: [{ subnet, gateway }] }, () => assert.fail());
  const declared = bind("FD00:0:0::/64", "fd00:0::1");
  const observed = { driver: "bridge", isInternal: false, hasIpv6: false, options: {}, labels: {} };
  const subnets = [{ subnet: "fd00::/64", gateway: "fd00::1" }];
  assert.deepEqual(containerNetworkKind.diff(declared, { ...observed, subnets }), []);
});

test("a typo makes no other network: each is reported with what to write", () => {
  const mistakes = [
    [{ subnet: "10.20.0.0" }, "subnet: not a range of addresses"],
    [{ subnet: "10.20.0.256/24" }, "subnet: not a range of addresses"],
    [{ subnet: "10.20.0.0/33" }, "subnet: not a range of addresses"],
    [{ subnet: "10.20.0.0-10.20.0.255" }, "subnet: not a range of addresses"],
    [{ subnet: "fd00:::/64" }, "subnet: not a range of addresses"],
    [{ subnet: "10.20.0.1/24" }, "subnet: not the beginning of a range"],
    [{ subnet: "10.20.0.0/24", gateway: "10.21.0.1" }, "gateway: not an address of the subnet"],
    [{ subnet: "10.20.0.0/24", gateway: "fd00::1" }, "gateway: not an address of the subnet"],
    [{ subnet: "10.20.0.0/24", gateway: "10.20.0.0/24" }, "gateway: not an address of the subnet"],
  ] as const;
  for (const [written, expected] of mistakes) {
    const found: string[] = [];
    checkSubnet(written, "it", (path, summary) => found.push(`${path.slice(3)}: ${summary}`));
    assert.deepEqual(found, [expected], written.subnet);
  }
});

test("whatever is written, it is taken or reported, and the normal form is its own", () => {
  const part = fc.constantFrom(
    "10",
    "0",
    "fd00",
    ":",
    "::",
    ".",
    "/",
    "24",
    "128",
    "-",
    "x",
    "256",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
      const subnet = parts.join("");
      let isTaken = true;
      checkSubnet({ subnet }, "it", () => {
        isTaken = false;
      });
      const normal = normalSubnet({ subnet });
      if (!isTaken) return;
      checkSubnet(normal, "it", (_, summary) => assert.fail(`${summary}: ${normal.subnet}`));
      assert.deepEqual(normalSubnet(normal), normal);
    }),
    { numRuns: 2_000 },
  );
});
