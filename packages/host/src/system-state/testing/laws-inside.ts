import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { systemLaws } from "@holdfast/testing";
import { realClock } from "../../system/real-clock.ts";
import { createSystem } from "../create-system.ts";

/** Only `unshare --uts` runs this: its name is then nobody else's. */
const OWN_NAMESPACE = "/proc/self/ns/uts";
const AROUND = `/proc/${process.ppid}/ns/uts`;

if (readlinkSync(OWN_NAMESPACE) === readlinkSync(AROUND)) {
  throw new Error("this would change the name of this machine");
}

systemLaws({ machine: "the real machine", runs: 20 }, async () => ({
  system: createSystem({ clock: realClock }),
  ofRoot: createSystem({ clock: realClock, root: tmpdir() }),
  actor: {
    hostName: () => readFileSync("/proc/sys/kernel/hostname", "utf8").trimEnd(),
    setHostName(name) {
      if (hostname() !== name) execFileSync("hostname", [name]);
    },
  },
  finish: (work) => work,
  async [Symbol.asyncDispose]() {
    // The namespace goes with this process.
  },
}));
