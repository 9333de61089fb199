import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { NODE, type TestHost } from "../test-host.ts";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
/** Between two checks whether a program has ended. */
const POLL_MS = 200;

/** A program of these sources, put into a machine. */
export interface InsideProgram {
  /** Its path in the machine. */
  readonly path: string;
  /** Runs it as a unit of the machine's systemd to its end. `output` is everything that it said. */
  run(args: readonly string[], timeoutMs: number): Promise<InsideEnd>;
}

/** How it ended. */
export interface InsideEnd {
  readonly exitCode: number;
  readonly output: string;
}

/** Bundles a program of these sources into one file of a machine, which has Node and koffi of its own. */
export async function putInside(
  host: TestHost,
  name: string,
  source: string,
): Promise<InsideProgram> {
  const { outputFiles } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [source],
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["@holdfast/source"],
    external: ["koffi"],
    banner: {
      js: 'import{createRequire as bundleRequire}from"node:module";const require=bundleRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  const directory = `/srv/inside/${name}`;
  const path = `${directory}/${name}.mjs`;
  host.write(path, outputFiles[0]?.text ?? "");
  const modules = host.at(join(directory, "node_modules"));
  mkdirSync(modules, { recursive: true });
  for (const each of ["koffi", "@koromix"]) {
    symlinkSync(`/opt/holdfast/node_modules/${each}`, join(modules, each));
  }
  return { path, run: (args, timeoutMs) => runUnit(host, { name, path, args, timeoutMs }) };
}

interface UnitRun {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

async function runUnit(host: TestHost, { name, path, args, timeoutMs }: UnitRun) {
  const log = `/srv/inside/${name}.log`;
  const properties = ["Type=exec", "RemainAfterExit=yes", `StandardOutput=file:${log}`];
  const options = properties.map((property) => `--property=${property}`);
  host.run(["systemd-run", `--unit=inside-${name}`, ...options, "--", NODE, path, ...args]);
  const endMs = performance.now() + timeoutMs;
  const isRunning = (): boolean => host.property(`inside-${name}`, "SubState") === "running";
  while (isRunning() && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const exitCode = isRunning() ? -1 : Number(host.property(`inside-${name}`, "ExecMainStatus"));
  return { exitCode, output: host.read(log) ?? "" };
}
