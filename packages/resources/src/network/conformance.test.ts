import type { NetworkStep } from "@holdfast/core";
import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import type { NetworkInput } from "./fields.ts";
import { networkKind } from "./kind.ts";

const DIRECTORY = "/etc/systemd/network";
const FILE = `${DIRECTORY}/10-holdfast-eth0.network`;
const BRIDGE_FILE = `${DIRECTORY}/10-holdfast-br0.netdev`;

const plain: NetworkInput = {
  addresses: ["10.0.0.5/24", "2001:db8::5/64"],
  gateway: ["10.0.0.1", "2001:db8::1"],
};
const full: NetworkInput = {
  ...plain,
  routes: [{ to: "10.9.0.0/16", via: "10.0.0.2", metric: 50 }, { to: "192.0.2.0/24" }],
  dns: ["10.0.0.53"],
  domains: ["example.org"],
  mtu: 1400,
};
const input = fc.constantFrom<NetworkInput[]>(
  plain,
  full,
  { ...full, exact: true },
  { addresses: [] },
  { addresses: ["10.0.0.5/24"], up: false },
  { state: "absent" },
);
const byIp = fc.constantFrom<NetworkInput[]>(
  { ...plain, keptBy: "ip" },
  { keptBy: "ip", addresses: ["10.0.0.5/24"], mtu: 1300, exact: true },
  { ...plain, keptBy: "ip", state: "absent" },
);
const made = fc.constantFrom<NetworkInput[]>(
  { bridge: { ports: ["eth1"] }, addresses: ["10.1.0.1/24"] },
  { keptBy: "ip", bridge: {}, addresses: ["10.1.0.1/24"] },
  { bridge: { ports: ["eth1"] }, state: "absent" },
);

function step(one: NetworkStep): Operation {
  return { type: "network", step: one };
}

const found = (link: string): fc.Arbitrary<Operation> =>
  fc.constantFrom(
    step({ type: "add-address", link, address: "192.0.2.9/32" }),
    step({ type: "set-mtu", link, mtu: 1350 }),
    step({ type: "set-up", link }),
  );
const foundFile = fc.constant<Operation>({
  type: "write",
  path: FILE,
  content: "[Match]\nName=eth0\n",
});

function sample(
  name: string,
  inputs: fc.Arbitrary<NetworkInput>,
  before: fc.Arbitrary<Operation>,
): fc.Arbitrary<KindSample<NetworkInput>> {
  return fc.record({
    name: fc.constant(name),
    input: inputs,
    needs: fc.constant<readonly Operation[]>([{ type: "directory", path: DIRECTORY }]),
    before: fc.array(before, { maxLength: 3 }),
    isStepwise: fc.constant(true),
  });
}

kindConformance(networkKind, {
  samples: fc.oneof(
    sample("eth0", input, fc.oneof(found("eth0"), foundFile)),
    sample("eth0", byIp, found("eth0")),
    sample("br0", made, fc.constant(step({ type: "set-up", link: "eth1" }))),
  ),
  troubledCalls: 16,
  simulatedTampers: 40,
  onReal: "never",
  tampers: ({ name, input: { state, keptBy, addresses = [], bridge } }) =>
    fc.constantFrom<Operation>(
      ...(state === "absent"
        ? []
        : [
            ...addresses
              .slice(0, 1)
              .map((address) => step({ type: "remove-address", link: name, address })),
            ...(bridge === undefined ? [] : [step({ type: "remove-link", link: name })]),
          ]),
      ...(keptBy === "ip" ? [] : FILE_TAMPERS(state === "absent", bridge !== undefined)),
      ...(keptBy === "ip" && (state === "absent" || addresses.length === 0)
        ? [step({ type: "add-address", link: name, address: "10.0.0.5/24" })]
        : []),
    ),
});

function FILE_TAMPERS(isAbsent: boolean, isMade: boolean): readonly Operation[] {
  const path = isMade ? BRIDGE_FILE : FILE;
  if (isAbsent) return [{ type: "write", path, content: "[Match]\nName=eth0\n" }];
  return [
    { type: "write", path, content: "[Match]\nName=other\n" },
    { type: "remove", path },
    { type: "chmod", path, mode: 0o666 },
  ];
}
