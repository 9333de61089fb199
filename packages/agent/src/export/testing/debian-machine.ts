import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  type FileReadRequest,
  type FileWriter,
  type HostReader,
  type HostWriter,
  type JsonObject,
  KindPorts,
  readManifest,
  silentLog,
} from "@holdfast/core";
import { createPackages, sha256 } from "@holdfast/host";
import { createStandardCatalog } from "@holdfast/resources";
import {
  actionOn,
  createSimulatedHost,
  type SimulatedHost,
  type SimulatedKernel,
  VirtualClock,
  writeContext,
} from "@holdfast/testing";
import { boundSpec } from "../bound-spec.ts";
import { type Choices, type ChoicesRequest, exportChoices } from "../export-choices.ts";
import { entryId } from "../entry.ts";
import { manifestText } from "../output/manifest-text.ts";

/** A simulated Debian: its disk has the databases that the records are read of, and its packages are read from those. */
export interface DebianMachine {
  readonly kernel: SimulatedKernel;
  readonly host: HostWriter;
  readonly simulated: SimulatedHost;
  /** Paths whose content was read, and directories that were listed. */
  readonly reads: readonly string[];
  /** Has a kind make a resource, as `holdfast apply` does. */
  make(resource: DeclaredResource): Promise<void>;
  /** Exports it; the plan is that of the kinds. */
  export(options?: Partial<ChoicesRequest>): Promise<Choices>;
  /** The ids of what is exported, without its holes. */
  ids(options?: Partial<ChoicesRequest>): Promise<readonly string[]>;
}

const catalog = createStandardCatalog();
const { signal } = new AbortController();

/** A resource as an author writes it. */
export interface DeclaredResource {
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
}

/** One package of the machine. */
export interface DebianPackage {
  /** Lines of its stanza besides name, state, architecture and version. */
  readonly control?: string;
  /** Paths that it has. */
  readonly paths?: readonly string[];
  readonly postinst?: string;
  /** It came as a dependency. */
  readonly isAutomatic?: boolean;
  /** Content of its configuration files as it brought them. */
  readonly conffiles?: Readonly<Record<string, string>>;
}

/** Boots one with these packages, which are installed as they came. */
export function debianMachine(packages: Readonly<Record<string, DebianPackage>>): DebianMachine {
  const clock = new VirtualClock();
  const simulated = createSimulatedHost({ clock });
  const { kernel, files, paths } = simulated;
  installAll(kernel, { dpkg: BASE, ...packages });
  const taskDirectory = "/run/holdfast/packages";
  const database = createPackages({ clock, files, paths, taskDirectory, tool: "apt-get" });
  const reads: string[] = [];
  const host = { ...simulated, files: recordingFiles(files, reads), packages: database };
  const exported = (options: Partial<ChoicesRequest> = {}): Promise<Choices> => {
    const request = { host, catalog, log: silentLog, isAll: false, planOf: planOver(host) };
    return exportChoices({ ...request, ...options }, signal);
  };
  return {
    kernel,
    host,
    simulated,
    reads,
    make: (resource) => make(resource, host),
    export: exported,
    ids: async (options) =>
      (await exported(options)).entries.filter(({ isHole }) => !isHole).map(entryId),
  };
}

function recordingFiles(files: FileWriter, reads: string[]): FileWriter {
  const note = ({ path, content }: FileReadRequest): void => {
    if (content !== "none") reads.push(path);
  };
  return {
    ...files,
    readMany(requests, asked) {
      for (const request of requests) note(request);
      return files.readMany(requests, asked);
    },
    read(request, asked) {
      note(request);
      return files.read(request, asked);
    },
    list(path, asked) {
      reads.push(path);
      return files.list(path, asked);
    },
  };
}

async function make({ kind: of, name, spec: input }: DeclaredResource, host: HostWriter) {
  const kind = catalog.get(of);
  assert.ok(kind !== undefined);
  const spec = boundSpec({ kind: of, name, input }, catalog);
  const found = await kind.observe(spec, { host, signal, log: silentLog });
  const observed = found.type === "present" ? found.value : undefined;
  const action = actionOn(kind, { spec, observed, changes: kind.diff(spec, observed) });
  await kind.apply(action, writeContext({ host, tree: () => [] }));
}

/** Compares what was written with the host, resource by resource. */
export function planOver(host: HostWriter): ChoicesRequest["planOf"] {
  const ports = new KindPorts(host);
  return async (entries) => {
    const text = manifestText("machine", entries);
    const file = { file: "export.yaml", text, format: "yaml" } as const;
    const { value, diagnostics } = readManifest([file], { catalog, hash: sha256 });
    if (value === undefined) throw new Error(`${JSON.stringify(diagnostics)}\n${text}`);
    const actions = value.resources.map(async ({ id, kind: name, spec }) => {
      const kind = catalog.get(name);
      if (kind === undefined) return [];
      const reader: HostReader = ports.readerFor(kind);
      const found = await kind.observe(spec, { host: reader, signal, log: silentLog });
      const observed = found.type === "present" ? found.value : undefined;
      const changes = found.type === "unknown" ? [] : kind.diff(spec, observed);
      if (found.type !== "unknown" && changes.length === 0) return [];
      const action = { id, verb: "update", risk: "benign", cause: "drift", changes } as const;
      return [found.type === "unknown" ? { ...action, fault: found.fault } : action];
    });
    return (await Promise.all(actions)).flat();
  };
}

/** The same reading of the same machine is the same text, and a plan of it is empty. */
export async function checkExport(
  machine: DebianMachine,
  expected: readonly string[],
): Promise<string> {
  const { entries, leftOut } = await machine.export();
  const exported = entries.filter(({ isHole }) => !isHole);
  assert.deepEqual(exported.map(entryId), expected, JSON.stringify(leftOut));
  assert.deepEqual(await planOver(machine.host)(entries, signal), []);
  const text = manifestText("machine", entries);
  assert.equal(manifestText("machine", (await machine.export()).entries), text);
  return text;
}

/** What every Debian has. */
const BASE: DebianPackage = {
  control: "Essential: yes\n",
  paths: [
    "/etc/apt",
    "/etc/apt/preferences.d",
    "/etc/apt/sources.list.d",
    "/etc/systemd",
    "/etc/systemd/system",
  ],
};

function installAll(
  { tamper }: SimulatedKernel,
  packages: Readonly<Record<string, DebianPackage>>,
): void {
  const entries = Object.entries(packages);
  const info = "/var/lib/dpkg/info";
  tamper.write("/var/lib/dpkg/status", entries.map(([name, one]) => stanzaOf(name, one)).join(""));
  const automatic = entries.filter(([, { isAutomatic }]) => isAutomatic === true);
  const marks = automatic.map(
    ([name]) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`,
  );
  tamper.write("/var/lib/apt/extended_states", marks.join(""));
  tamper.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
  tamper.write("/etc/shadow", "root:*:19000:0:99999:7:::\n", { mode: 0o640 });
  tamper.write("/etc/group", "root:x:0:\n");
  for (const [name, { paths = [], postinst, conffiles = {} }] of entries) {
    const own = ["/etc", ...paths, ...Object.keys(conffiles)];
    tamper.write(`${info}/${name}.list`, own.map((path) => `${path}\n`).join(""));
    if (postinst !== undefined) tamper.write(`${info}/${name}.postinst`, postinst);
    for (const [path, text] of Object.entries(conffiles)) tamper.write(path, text);
  }
}

function stanzaOf(name: string, { control = "", conffiles = {} }: DebianPackage): string {
  const digests = Object.entries(conffiles).map(
    ([path, text]) => ` ${path} ${createHash("md5").update(text).digest("hex")}\n`,
  );
  const brought = digests.length === 0 ? "" : `Conffiles:\n${digests.join("")}`;
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n${control}${brought}\n`;
}
