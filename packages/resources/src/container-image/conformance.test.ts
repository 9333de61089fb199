import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { containerImageKind } from "./kind.ts";
import type { ContainerImageInput } from "./spec.ts";

const NAME = "registry.test/team/app:1";
const OTHER = "localhost/other:1";
const ID = `sha256:${"1".repeat(64)}`;

function act(
  verb: Extract<Operation, { type: "container" }>["verb"],
  name: string,
  to?: string,
): Operation {
  return { type: "container", verb, name, ...(to === undefined ? {} : { to }) };
}

const needs = [act("remove", "box"), act("remove-image", NAME)];

function sample(
  state: "present" | "absent",
  before: readonly Operation[],
): fc.Arbitrary<KindSample<ContainerImageInput>> {
  return fc.record({
    name: fc.constant(NAME),
    input: fc.constant<ContainerImageInput>(state === "absent" ? { state } : {}),
    needs: fc.constant(needs),
    before: fc.constant(before),
    isStepwise: fc.constant(true),
  });
}

kindConformance(containerImageKind, {
  images: { [OTHER]: { id: `sha256:${"2".repeat(64)}`, digests: [] } },
  registry: { [NAME]: { id: ID, digests: [`sha256:${"3".repeat(64)}`] } },
  samples: fc.oneof(
    sample("present", []),
    sample("present", [act("tag", NAME, OTHER)]),
    sample("absent", [act("tag", NAME, OTHER)]),
    sample("absent", [act("tag", NAME, OTHER), act("run", "box", NAME)]).map((each) => ({
      ...each,
      refused: "ContainerInUse" as const,
    })),
    sample("present", []).map((each) => ({
      ...each,
      name: "registry.test/none:1",
      refused: "ImageUnavailable" as const,
    })),
  ),
  simulatedTampers: 20,
  onReal: "never",
  tampers: ({ input: { state } }) =>
    fc.constant(state === "absent" ? act("tag", NAME, OTHER) : act("remove-image", NAME)),
});
