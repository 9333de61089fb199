import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Fault, type FileReader, type InstalledPackage } from "@holdfast/core";
import {
  createSimulatedHost,
  createSimulatedKernel,
  type SimulatedKernel,
  VirtualClock,
} from "@holdfast/testing";
import fc from "fast-check";
import { addStatus, type DpkgRecords, parseAutoMarks } from "./dpkg-status.ts";
import { readDpkg } from "./read-dpkg.ts";

const hasDpkg = existsSync("/usr/bin/dpkg-query") && existsSync("/var/lib/dpkg/status");
const STATUS = "/var/lib/dpkg/status";
const UPDATE = "/var/lib/dpkg/updates/0000";
const never = new AbortController().signal;

test("K3: this machine's packages are those that dpkg-query shows", {
  skip: hasDpkg ? false : "needs dpkg",
}, () => {
  const format = "${Package}:${Architecture} ${Version} ${Status}\\n";
  const shown = execFileSync("dpkg-query", ["-W", `-f=${format}`], { encoding: "utf8" });
  const records: DpkgRecords = new Map();
  addStatus(records, readFileSync(STATUS, "latin1"), "status");
  const found = [...records.values()]
    .flatMap((each) => [...each.values()])
    .map(({ name, architecture, version = "", state, isHeld }) => {
      const status = state.type === "broken" ? state.how : state.type;
      return `${name}:${architecture} ${version} ${isHeld ? "hold" : "install"} ok ${status}`;
    });
  const expected = shown
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/ (?:deinstall|purge) ok/, " install ok"));
  assert.deepEqual(found.sort(), expected.filter((line) => !line.endsWith("not-installed")).sort());
});

const anyName = fc.constantFrom("a1", "b2", "c3");
const anyStatus = fc.constantFrom(
  "install ok installed",
  "hold ok installed",
  "install ok unpacked",
  "install ok half-configured",
  "install ok half-installed",
  "install reinstreq half-installed",
  "install ok triggers-pending",
  "deinstall ok config-files",
  "purge ok not-installed",
);

test("K3: updates that are put over a status are a status in which they are the last word", () => {
  const anyStep = fc.record({
    name: anyName,
    status: anyStatus,
    version: fc.constantFrom("1", "2"),
  });
  fc.assert(
    fc.property(fc.array(anyStep), fc.array(anyStep), (before, steps) => {
      const stepwise: DpkgRecords = new Map();
      addStatus(stepwise, before.map(stanza).join("\n"), "status");
      for (const step of steps) addStatus(stepwise, stanza(step), "updates");
      const last = new Map([...before, ...steps].map((step) => [step.name, step]));
      const atOnce: DpkgRecords = new Map();
      addStatus(atOnce, [...last.values()].map(stanza).join("\n"), "status");
      assert.deepEqual(sorted(stepwise), sorted(atOnce));
    }),
  );
});

test("K3: one that several architectures can have at once is replaced alone, any other with its architecture", () => {
  const same = "Multi-Arch: same\n";
  const check = (more: string, expected: readonly string[]): void => {
    const records: DpkgRecords = new Map();
    addStatus(records, stanza({ architecture: "amd64", more }), "status");
    addStatus(records, stanza({ architecture: "i386", more }), "updates");
    assert.deepEqual([...(records.get("a1")?.keys() ?? [])], expected);
  };
  check(same, ["amd64", "i386"]);
  check("", ["i386"]);
});

test("trap 6: every word of dpkg is what it is, and a word that is not known is a fault", () => {
  const stateOf = (status: string): unknown => {
    const records: DpkgRecords = new Map();
    addStatus(records, stanza({ status }), "status");
    return records.get("a1")?.get("amd64")?.state;
  };
  assert.deepEqual(stateOf("deinstall ok config-files"), { type: "config-files" });
  assert.deepEqual(stateOf("install ok triggers-awaited"), {
    type: "broken",
    how: "triggers-awaited",
  });
  const how = "reinst-required";
  assert.deepEqual(stateOf("install reinstreq half-installed"), { type: "broken", how });
  assert.deepEqual(stateOf("install reinstreq installed"), { type: "broken", how });
  for (const odd of [
    "",
    "install ok",
    "install ok sideways",
    "want ok installed",
    "install ok installed now",
  ]) {
    assert.throws(() => stateOf(odd), /status of a1|stanza of a1/, odd);
  }
  assert.throws(() => addStatus(new Map(), "Version: 1\n\n", "status"), /no Package field/);
  const bare = "Package: a1\nStatus: install ok installed\n\n";
  assert.throws(() => addStatus(new Map(), bare, "status"), /stanza of a1/);
});

test("trap 9: an auto mark is 1 and nothing else", () => {
  const marks =
    "Package: a1\nArchitecture: amd64\nAuto-Installed: 1\n\nPackage: b2\nArchitecture: amd64\nAuto-Installed: 0\n\n";
  assert.deepEqual([...parseAutoMarks(marks)], ["a1:amd64"]);
});

test("K3: descriptions and configuration files are no fields, in any encoding", () => {
  const more =
    "Description: \xff\xfe x\n Status: purge ok not-installed\n .\n\tVersion: 9\nConffiles:\n /etc/x abc\n";
  const records: DpkgRecords = new Map();
  addStatus(records, stanza({ more }), "status");
  assert.equal(records.get("a1")?.get("amd64")?.version, "1");
});

test("trap 5: while dpkg rewrites its status, no mixture of the old one and the new is read", async () => {
  // Before: both are unpacked, and an update has configured a1. After: both are configured, no update is left.
  const all = (status: string): string =>
    ["a1", "b2"].map((name) => stanza({ name, status })).join("\n");
  for (const rewriteAfter of [0, 1, 2, 3, 4]) {
    for (const removeAfter of [0, 1, 2].map((more) => rewriteAfter + more)) {
      const kernel = createSimulatedKernel();
      const { files } = createSimulatedHost({ clock: new VirtualClock(), kernel });
      makeDirectories(kernel, "/var/lib/dpkg/updates");
      kernel.tamper.write(STATUS, all("install ok unpacked"));
      kernel.tamper.write(UPDATE, stanza({ name: "a1" }));
      const watched = afterCalls(files, (calls) => {
        if (calls === rewriteAfter) {
          kernel.tamper.write(`${STATUS}-new`, all("install ok installed"));
          kernel.tamper.rename(`${STATUS}-new`, STATUS);
        }
        if (calls === removeAfter) kernel.tamper.remove(UPDATE);
      });
      const { packages } = (await readDpkg(watched, never)).database;
      const state = packages.get("a1")?.state.type;
      assert.equal(state, "installed", `after ${rewriteAfter} and ${removeAfter} calls`);
    }
  }
});

test("D19: a database that is a directory, a FIFO or too long is a fault in its time", async () => {
  const kernel = createSimulatedKernel();
  const host = createSimulatedHost({ clock: new VirtualClock(), kernel });
  makeDirectories(kernel, "/var/lib/dpkg");
  const refused = async (): Promise<void> => {
    const thrown = await readDpkg(host.files, never).catch((error: unknown) => error);
    assert.ok(thrown instanceof Fault && thrown.reason === "PackageDatabaseUnreadable");
  };
  await refused();
  kernel.tamper.makeSpecial(STATUS, "fifo");
  await refused();
  kernel.tamper.remove(STATUS);
  kernel.tamper.makeDirectory(STATUS);
  await refused();
});

/** Calls before the first call of the files, and after each. */
function afterCalls(files: FileReader, happen: (calls: number) => void): FileReader {
  let calls = 0;
  happen(calls);
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    const answer = await work;
    calls += 1;
    happen(calls);
    return answer;
  };
  return {
    read: (request, signal) => counted(files.read(request, signal)),
    readMany: (requests, signal) => counted(files.readMany(requests, signal)),
    stream: (request, signal) => files.stream(request, signal),
    details: (request, signal) => counted(files.details(request, signal)),
    list: (path, signal) => counted(files.list(path, signal)),
    readTree: (request, signal) => counted(files.readTree(request, signal)),
  };
}

function makeDirectories(kernel: SimulatedKernel, path: string): void {
  const parts = path.split("/").slice(1);
  for (const at of parts.keys())
    kernel.tamper.makeDirectory(`/${parts.slice(0, at + 1).join("/")}`);
}

interface StanzaFields {
  readonly name?: string;
  readonly status?: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly more?: string;
}

function stanza({
  name = "a1",
  status = "install ok installed",
  version = "1",
  architecture = "amd64",
  more = "",
}: StanzaFields): string {
  return `Package: ${name}\nStatus: ${status}\nArchitecture: ${architecture}\nVersion: ${version}\n${more}\n`;
}

function sorted(records: DpkgRecords): readonly Omit<InstalledPackage, "isManual">[] {
  const all = [...records.values()].flatMap((each) => [...each.values()]);
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
