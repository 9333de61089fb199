import { Fault } from "@holdfast/core";
import { FirewallModel, simulatedFirewall } from "../simulated-host/firewall/simulated-firewall.ts";
import {
  simulatedFirewallActor,
  simulatedFirewallLines,
} from "../operations/firewall/simulated-firewall-actor.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { FirewallSubject } from "./subject.ts";

const HINT_MS = 5_000;

/** A simulated machine for the laws of firewalls. */
export async function simulatedFirewallSubject(): Promise<FirewallSubject> {
  const clock = new VirtualClock();
  const model = new FirewallModel();
  return {
    firewall: simulatedFirewall({ clock, root: "/", model }),
    actor: simulatedFirewallActor(model),
    lines: () => simulatedFirewallLines(model),
    killMonitors() {
      for (const end of model.monitors) end(killed());
    },
    finish: (work) => clock.finish(work),
    until: (isSo) => clock.runUntil(isSo, HINT_MS),
    async [Symbol.asyncDispose]() {
      // Nothing is held.
    },
  };
}

function killed(): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: "nft monitor has ended",
    resolution: "Nothing is to be done: it is started again.",
  });
}
