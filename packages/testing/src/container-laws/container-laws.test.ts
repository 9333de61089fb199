import { containerLaws } from "./container-laws.ts";
import { simulatedContainerSubject } from "./simulated-subject.ts";

containerLaws(
  { machine: "the simulated machine", numRuns: 50, rounds: 100 },
  simulatedContainerSubject,
);
