import type { PlantedBug } from "./planted-bug.ts";

/** Mistakes in writing files and running one-shots. */
export const WRITE_BUGS: readonly PlantedBug[] = [
  {
    name: "a file is renamed before its content is on the disk",
    breaks: "K1",
    file: "packages/host/src/files/write/temporary-file.ts",
    from: "await calls.sync(file);",
    to: "",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "a rename is not made durable",
    breaks: "K1",
    file: "packages/host/src/files/write/write-file.ts",
    from: "await tools.directorySyncs.sync(place.directory);",
    to: "",
    foundBy: { type: "histories", within: 10 },
  },
  {
    name: "the key of a one-shot is not durable before its effect",
    breaks: "K5, promise 9",
    file: "packages/resources/src/exec/apply.ts",
    from: "await oneShots.begin(key, signal);",
    to: "",
    foundBy: { type: "histories", within: 30 },
  },
  {
    name: "a link is written over what is there in place",
    breaks: "K1",
    file: "packages/host/src/files/write/write-file.ts",
    from: "await calls.rename({ directory, name: temporary }, { directory, name: place.name });",
    to: "await calls.unlink(directory, place.name).catch(() => {});\n    await calls.rename({ directory, name: temporary }, { directory, name: place.name });",
    foundBy: { type: "histories", within: 150 },
  },
  {
    name: "a temporary that failed is removed, but not for good",
    breaks: "K1",
    file: "packages/host/src/files/write/temporary-file.ts",
    from: "await calls.syncPath(place.directory.handle);\n    } catch",
    to: "} catch",
    foundBy: { type: "tests", files: ["packages/host/src/files/failing-calls.test.ts"] },
  },
  {
    name: "a refresh pays also for what changed while it ran",
    breaks: "design §4, notify",
    file: "packages/ledger/src/memory.ts",
    from: 'if (this.owed.get(record.id) === "met") this.owed.delete(record.id);',
    to: "this.owed.delete(record.id);",
    foundBy: { type: "tests", files: ["packages/ledger/src/ledger.test.ts"] },
  },
];
