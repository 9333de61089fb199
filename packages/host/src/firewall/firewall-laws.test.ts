import { suite } from "node:test";
import { firewallLaws, missingForFirewall, openRealFirewallSubject } from "@holdfast/testing";

suite("the firewall of the real kernel", { skip: missingForFirewall() ?? false }, () => {
  firewallLaws(
    { machine: "the real nft in a network namespace of its own", numRuns: 30, rounds: 3 },
    openRealFirewallSubject,
  );
});
