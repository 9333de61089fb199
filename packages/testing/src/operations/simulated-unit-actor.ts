import { CallRefused } from "@holdfast/host";
import type { SimulatedSystemd } from "../simulated-host/services/simulated-systemd.ts";
import {
  disableUnit,
  enableUnit,
  linkDirectory,
  maskUnit,
  unmaskUnit,
} from "../simulated-host/services/unit-links.ts";
import type { UnitActor } from "./unit-operation.ts";

const LINKS = {
  enable: enableUnit,
  disable: disableUnit,
  mask: maskUnit,
  unmask: unmaskUnit,
} as const;

/** An administrator of a simulated systemd, for whom no time passes. */
export function simulatedUnitActor(systemd: SimulatedSystemd): UnitActor {
  return {
    systemctl(verb, unit) {
      try {
        if (verb === "daemon-reload") return systemd.reloadAtOnce();
        if (verb === "kill") return systemd.kill(unit);
        if (verb === "start" || verb === "stop") return systemd.doAtOnce(verb, unit);
        LINKS[verb](systemd.disk, unit, linkDirectory(false));
        systemd.reloadAtOnce();
      } catch (error) {
        if (!(error instanceof CallRefused)) throw error;
      }
    },
  };
}
