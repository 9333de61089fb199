import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { containerNetworkKind } from "./kind.ts";
import type { ContainerNetworkInput } from "./spec.ts";

const NAME = "front";
const IMAGE = "localhost/app:1";

function act(
  verb: Extract<Operation, { type: "container" }>["verb"],
  name: string,
  to?: string,
): Operation {
  return { type: "container", verb, name, ...(to === undefined ? {} : { to }) };
}

const needs = [act("remove", "box"), act("remove-network", NAME)];
const theirs = [act("make-network", NAME)];
const used = [...theirs, act("run", "box", IMAGE), act("connect", "box", NAME)];
const input = fc.constantFrom<ContainerNetworkInput[]>(
  {},
  { driver: "bridge", internal: true },
  { subnets: [{ subnet: "10.20.0.0/24", gateway: "10.20.0.1" }], labels: { for: "web" } },
  { ipv6: true, subnets: [{ subnet: "fd00:20::/64" }, { subnet: "10.21.0.0/16" }] },
  { options: { mtu: "1400" } },
  { state: "absent" },
);

function sample(
  inputs: fc.Arbitrary<ContainerNetworkInput>,
  before: readonly Operation[],
): fc.Arbitrary<KindSample<ContainerNetworkInput>> {
  return fc.record({
    name: fc.constant(NAME),
    input: inputs,
    needs: fc.constant(needs),
    before: fc.constant(before),
    isStepwise: fc.constant(true),
  });
}

kindConformance(containerNetworkKind, {
  images: { [IMAGE]: { id: `sha256:${"1".repeat(64)}`, digests: [] } },
  samples: fc.oneof(
    sample(input, []),
    sample(input, theirs),
    sample(fc.constantFrom({ internal: true }, { state: "absent" as const }), used).map((each) => ({
      ...each,
      refused: "ContainerInUse" as const,
    })),
  ),
  simulatedTampers: 20,
  onReal: "never",
  tampers: ({ input: { state } }) =>
    fc.constant(act(state === "absent" ? "make-network" : "remove-network", NAME)),
});
