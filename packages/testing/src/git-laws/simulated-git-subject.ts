import { isJsonObject } from "@holdfast/core";
import { carryOut } from "../operations/carry-out.ts";
import { simulatedActor } from "../operations/simulated-actor.ts";
import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { GitSubject } from "./git-subject.ts";

/** A simulated machine with the model of git. */
export async function simulatedGitSubject(): Promise<GitSubject> {
  const clock = new VirtualClock();
  const host = createSimulatedHost({ clock });
  const { inspect } = host.kernel;
  const actor = simulatedActor(host.kernel);
  carryOut({ type: "directory", path: "/srv" }, actor);
  return {
    git: host.git,
    actor,
    tree: () => inspect.tree(),
    read: (path) => inspect.text(path),
    readKept(path, { name, file }) {
      const text = inspect.text(`${path}/.git/holdfast-kept/${name.split("-").at(-1) ?? ""}`);
      const files: unknown = text === undefined ? {} : JSON.parse(text);
      const content = isJsonObject(files) ? files[file] : undefined;
      return typeof content === "string" ? content : undefined;
    },
    pass: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
    },
  };
}
