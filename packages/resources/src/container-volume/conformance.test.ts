import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { containerVolumeKind } from "./kind.ts";
import type { ContainerVolumeInput } from "./spec.ts";

const NAME = "data";

function act(verb: Extract<Operation, { type: "container" }>["verb"]): Operation {
  return { type: "container", verb, name: NAME };
}

const input = fc.constantFrom<ContainerVolumeInput[]>(
  {},
  { labels: { for: "web" }, force: true },
  { options: { type: "tmpfs", device: "tmpfs" }, force: true },
  { state: "absent", force: true },
);

function sample(
  inputs: fc.Arbitrary<ContainerVolumeInput>,
  before: readonly Operation[],
): fc.Arbitrary<KindSample<ContainerVolumeInput>> {
  return fc.record({
    name: fc.constant(NAME),
    input: inputs,
    needs: fc.constant([act("remove-volume")]),
    before: fc.constant(before),
    isStepwise: fc.constant(true),
  });
}

kindConformance(containerVolumeKind, {
  samples: fc.oneof(
    sample(input, []),
    sample(input, [act("make-volume")]),
    sample(fc.constant({ labels: { for: "web" } }), [act("make-volume")]).map((each) => ({
      ...each,
      refused: "OperationRefused" as const,
    })),
  ),
  simulatedTampers: 20,
  onReal: "never",
  tampers: ({ input: { state } }) =>
    fc.constant(act(state === "absent" ? "make-volume" : "remove-volume")),
});
