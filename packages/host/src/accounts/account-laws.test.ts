import { suite } from "node:test";
import { accountLaws, openRealAccountRoot } from "@holdfast/testing";

suite("accounts of the real machine", {
  skip: process.geteuid?.() !== 0 && "only root changes accounts",
}, () => {
  accountLaws(
    {
      machine: "the real tools in a root of their own",
      isSimulated: false,
      // The tools change into the root, where there is no /proc.
      seesProcesses: false,
      numRuns: 4,
    },
    openRealAccountRoot,
  );
});
