import { firewallLaws } from "./firewall-laws.ts";
import { simulatedFirewallSubject } from "./simulated-subject.ts";

firewallLaws(
  { machine: "the simulated machine", numRuns: 50, rounds: 20 },
  simulatedFirewallSubject,
);
