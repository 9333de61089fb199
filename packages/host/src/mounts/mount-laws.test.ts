import { suite } from "node:test";
import { canMount, missingForSwap, mountLaws, openRealMountSubject } from "@holdfast/testing";

const isPossible = canMount();

suite("mounts of the real machine", {
  skip: !isPossible && "no mount namespace can be made here",
}, () => {
  mountLaws(
    {
      machine: "the real tools in a mount namespace of their own",
      numRuns: 4,
      rounds: 5,
      noSwap: isPossible ? missingForSwap() : undefined,
    },
    openRealMountSubject,
  );
});
