import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import type { ContainerInput } from "./fields.ts";
import { containerKind } from "./kind.ts";

const NAME = "web";
const ONE = "localhost/app:1";
const TWO = "localhost/app:2";
const REMOTE = "registry.test/app:1";
const images = {
  [ONE]: { id: `sha256:${"1".repeat(64)}`, digests: [] },
  [TWO]: { id: `sha256:${"2".repeat(64)}`, digests: [] },
};
const remote = { id: `sha256:${"3".repeat(64)}`, digests: [`sha256:${"4".repeat(64)}`] };

function act(verb: Extract<Operation, { type: "container" }>["verb"], to?: string): Operation {
  return { type: "container", verb, name: NAME, ...(to === undefined ? {} : { to }) };
}

const others: readonly Operation[] = ["front", "back"].map((name) => ({
  type: "container",
  verb: "make-network",
  name,
}));
const needs: readonly Operation[] = [
  ...others,
  { type: "container", verb: "make-volume", name: "data" },
  { type: "container", verb: "tag", name: ONE, to: ONE },
  act("remove"),
];

const input = fc.constantFrom<ContainerInput[]>(
  { image: ONE },
  { image: "localhost/app:2", command: ["serve", "--all"], restart: "always" },
  { image: ONE, env: { MODE: "a", PATH: "/opt/bin" }, labels: { tier: "front" } },
  { image: ONE, networks: ["front"], ports: ["127.0.0.1:8080:80", "5353:53/udp"] },
  { image: ONE, networks: ["back", "front"], limits: { memory: "64M", cpus: 0.5, pids: 50 } },
  { image: ONE, networks: "host", user: "1000:1000", capabilities: { drop: ["ALL"] } },
  { image: TWO, mounts: [{ source: "data", target: "/data" }, { target: "/tmp" }], readOnly: true },
  { image: ONE, health: { command: ["/bin/check"], retries: 2 }, stopSignal: "SIGINT" },
  { image: ONE, state: "stopped" },
  { image: REMOTE, pull: "always", hostname: "web" },
);
const absent = fc.constant<ContainerInput>({ state: "absent" });

function sampleOf(
  inputs: fc.Arbitrary<ContainerInput>,
  before: readonly Operation[] = [],
): fc.Arbitrary<KindSample<ContainerInput>> {
  return fc.record({
    name: fc.constant(NAME),
    input: inputs,
    needs: fc.constant(needs),
    before: fc.constant(before),
    isStepwise: fc.constant(true),
  });
}

/** Of somebody else: it is replaced only where that is said. */
const theirs = [act("run", TWO)];
const forced = input.map((each) => ({ ...each, force: true }));

function refused(
  sample: fc.Arbitrary<KindSample<ContainerInput>>,
  reason: NonNullable<KindSample<ContainerInput>["refused"]>,
): fc.Arbitrary<KindSample<ContainerInput>> {
  return sample.map((each) => ({ ...each, refused: reason }));
}

kindConformance(containerKind, {
  images,
  registry: { [REMOTE]: remote },
  samples: fc.oneof(
    { weight: 5, arbitrary: sampleOf(input) },
    { weight: 2, arbitrary: sampleOf(forced, theirs) },
    { weight: 1, arbitrary: sampleOf(absent) },
    { weight: 1, arbitrary: refused(sampleOf(input, theirs), "AlreadyExists") },
    {
      weight: 1,
      arbitrary: refused(
        sampleOf(fc.constant({ image: "localhost/none:1", pull: "never" as const })),
        "ImageUnavailable",
      ),
    },
  ),
  // What an engine keeps, and what a replacement that is cut off leaves for the next apply: see kind.test.ts.
  bookkeeping: [
    `image:${REMOTE}`,
    ...["container:", "unit:container:"].flatMap((sort) =>
      ["new", "old"].map((which) => `${sort}${NAME}.holdfast-${which}`),
    ),
  ],
  onReal: "never",
  tampers({ input: { image, state, networks } }) {
    if (state === "absent") return fc.constant(act("run", ONE));
    return fc.constantFrom<Operation>(
      act("remove"),
      act("rename", "away"),
      ...(state === "stopped" ? [act("start")] : [act("stop"), act("kill")]),
      ...(typeof networks === "object" ? [act("disconnect", "front"), act("connect", "back")] : []),
      ...(image === ONE ? [{ type: "container", verb: "tag", name: ONE, to: TWO } as const] : []),
    );
  },
});
