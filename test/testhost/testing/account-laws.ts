/** The laws of accounts on the machine that this runs on, which must be a disposable one. */
import { accountLaws, openDisposableMachine } from "@holdfast/testing";

accountLaws(
  {
    machine: "a machine with the real tools",
    isSimulated: false,
    seesProcesses: true,
    numRuns: 2,
  },
  openDisposableMachine,
);
