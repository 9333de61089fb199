import { mountLaws } from "./mount-laws.ts";
import { simulatedMountSubject } from "./simulated-subject.ts";

mountLaws(
  { machine: "the simulated machine", numRuns: 50, rounds: 100, noSwap: undefined },
  simulatedMountSubject,
);
