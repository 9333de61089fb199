import { accountLaws } from "./account-laws.ts";
import { simulatedAccountSubject } from "./simulated-subject.ts";

accountLaws(
  { machine: "the simulated machine", isSimulated: true, seesProcesses: true, numRuns: 50 },
  simulatedAccountSubject,
);
