import type { Clock, PackageWriter } from "@holdfast/core";
import { CandidateCache } from "./candidate-cache.ts";
import type { PackageBackend } from "./package-backend.ts";
import { stepTasks } from "./transaction/task-names.ts";
import { transact } from "./transaction/transact.ts";
import { watchPackages } from "./watch-packages.ts";

/** The package port over one backend: all that is the same for every tool. */
export function packagesOver(backend: PackageBackend, clock: Clock): PackageWriter {
  const cache = new CandidateCache(backend);
  return {
    read: (signal) => backend.read(signal),
    candidates: (names, signal) => cache.find(names, signal),
    areListsStale: async (signal) => (await backend.areListsStale?.(signal)) === true,
    compareVersions: (a, b) => backend.compareVersions(a, b),
    lockHolder: (signal) => backend.lockHolder(signal),
    async transactionState(task, signal) {
      const { change, finish, purge } = stepTasks(task);
      for (const each of [finish, purge]) {
        const state = await backend.transactionState(each, signal);
        if (state.type === "running") return state;
      }
      return backend.transactionState(change, signal);
    },
    watch: (sink, signal) => watchPackages({ backend, clock }, sink, signal),
    transact: (request, run, signal) => transact({ backend, clock }, request, run, signal),
  };
}
