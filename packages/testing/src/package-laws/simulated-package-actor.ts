import { assert } from "@holdfast/core";
import type { PackageActor } from "./package-subject.ts";
import type { PackageModel } from "../simulated-host/package-model.ts";

const OTHER_PID = 1717;

/** What others do to the packages of a simulated machine. */
export function simulatedPackageActor(model: PackageModel): PackageActor {
  const mark = (name: string, change: { isHeld: boolean } | { isManual: boolean }): void => {
    assert(model.setMark(name, change), `${name} is not installed`);
    model.changed("installed");
  };
  return {
    publish: (...offers) => void model.published.push(...offers),
    setOffline(isOffline) {
      model.isOffline = isOffline;
    },
    changeSources() {
      model.areSourcesNewer = true;
    },
    async fetchLists() {
      model.lists = [...model.published];
      model.areSourcesNewer = false;
      model.changed("available");
    },
    hold: async (name) => mark(name, { isHeld: true }),
    markAutomatic: async (name) => mark(name, { isManual: false }),
    disturb: () => model.changed("installed"),
    async lock() {
      model.holder = { path: "/var/lib/dpkg/lock-frontend", pid: OTHER_PID, program: "aptitude" };
      return {
        pid: OTHER_PID,
        async [Symbol.asyncDispose]() {
          model.holder = undefined;
        },
      };
    },
    setFailing(name, isFailing) {
      if (isFailing) model.failing.add(name);
      else model.failing.delete(name);
    },
    stall(name) {
      model.stalled.add(name);
      return () => void model.stalled.delete(name);
    },
    interrupt: (name) => model.interrupt(name),
    damage(how) {
      model.damage = `it is ${how}`;
    },
    conffile: (name) => model.conffiles.get(name),
    editConffile: (name, text) => void model.conffiles.set(name, text),
  };
}
