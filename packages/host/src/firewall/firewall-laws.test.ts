import { suite } from "node:test";
import { firewallLaws, missingForFirewall, openRealFirewallSubject } from "@holdfast/testing";

const RUNS = process.env["HOLDFAST_TEST_SEEDS"] === "all" ? 100 : 6;

suite("the firewall of the real kernel", { skip: missingForFirewall() ?? false }, () => {
  firewallLaws(
    { machine: "the real nft in a network namespace of its own", numRuns: RUNS, rounds: 2 },
    openRealFirewallSubject,
  );
});
