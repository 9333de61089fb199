// Long because: one class has the units, jobs and signals of a systemd, which have to change together.
import { assert, type Clock, parseUnitName } from "@holdfast/core";
import { type LogLinesRequest, unitPath } from "@holdfast/host";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { refused } from "./refused.ts";
import { SimulatedGenerator } from "./simulated-generator.ts";
import { programOf, type SimulatedProgram } from "./simulated-programs.ts";
import {
  type JobResult,
  type LoadedFile,
  SimulatedUnit,
  type UnitSurroundings,
} from "./simulated-unit.ts";
import { baseNameOf, UnitDisk } from "./unit-disk.ts";
import type { UnitDefinition } from "./unit-definition.ts";

/** A job that is under way. */
export interface SimulatedJob {
  readonly id: number;
  readonly path: string;
  readonly unit: string;
  readonly verb: JobVerb;
}

/** What a job does. */
export type JobVerb = "start" | "stop" | "restart" | "reload";

/** A signal that a simulated systemd sends. */
export interface SentSignal {
  readonly path: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

const NO_FILE = { path: "", text: "", dropIns: [], isMask: false };
/** How long a job is queued before it is run: its caller has the answer by then. */
const QUEUE_MS = 1;
/** How long it reads its unit files. */
const RELOAD_MS = 100;

/**
 * A small model of systemd on a simulated machine: units with files on its disk, their states, jobs, and what it says of
 * them. Time is the clock's, and nothing else waits.
 */
export class SimulatedSystemd {
  readonly disk: UnitDisk;
  readonly #generator: SimulatedGenerator;
  /** What main processes do, by command line or program; a few common ones need not be named. */
  readonly programs = new Map<string, SimulatedProgram>();
  readonly #clock: Clock;
  readonly #units = new Map<string, SimulatedUnit>();
  readonly #jobs = new Map<string, SimulatedJob>();
  readonly #journal: { readonly unit: string; readonly atMs: number; readonly line: string }[] = [];
  readonly #listeners = new Set<(signal: SentSignal) => void>();
  #lastId = 0;

  constructor({ kernel, clock }: { readonly kernel: SimulatedKernel; readonly clock: Clock }) {
    this.disk = new UnitDisk(kernel);
    this.#generator = new SimulatedGenerator(kernel);
    this.#clock = clock;
    this.#generator.run();
  }

  /** Gets every signal; the returned function ends that. */
  listen(listener: (signal: SentSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everybody who listens. */
  send(signal: SentSignal): void {
    for (const listener of this.#listeners)
      queueMicrotask(() => this.#listeners.has(listener) && listener(signal));
  }

  /** What a unit has logged since then. */
  logLines({ unit, sinceMs }: LogLinesRequest): readonly string[] {
    const own = this.#journal.filter((entry) => entry.unit === unit && entry.atMs >= sinceMs);
    return own.map(({ line }) => line);
  }

  jobOf(unit: string): SimulatedJob | undefined {
    return this.#jobs.get(unit);
  }

  /** A unit as it is in memory, or else as the disk has it; `undefined` when there is no file of it. */
  unit(name: string): SimulatedUnit | undefined {
    const own = this.disk.nameOf(name);
    const kept = this.#units.get(own);
    if (kept !== undefined && !this.#isIdle(kept)) return kept;
    this.#units.delete(own);
    const definition = this.disk.definition(own);
    return definition === undefined ? undefined : this.#load(own, definition);
  }

  /** Whether the disk says something else of a unit than what it works with. */
  needsReload({ name, loaded }: SimulatedUnit): boolean {
    const file = this.disk.find(name);
    return file?.text !== loaded.text || this.#generator.isOutdated(file.path);
  }

  /** Begins a job; a job of the same kind that is under way is the one. @throws {CallRefused} */
  begin(verb: JobVerb, name: string): SimulatedJob {
    const unit = this.#require(name, verb);
    const current = this.#jobs.get(unit.name);
    if (current?.verb === verb) return current;
    if (current !== undefined) unit.cancelJob();
    const job = this.#makeJob(unit.name, verb);
    this.#clock.schedule(QUEUE_MS, () => unit[verb]((result) => this.#finish(job, result)));
    return job;
  }

  /** A service that exists until it is forgotten. @throws {CallRefused} */
  beginTransient(name: string, definition: UnitDefinition): SimulatedJob {
    if (this.unit(name) !== undefined)
      throw refused("UnitExists", `Unit ${name} was already loaded or has a fragment file.`);
    this.disk.write(transientPath(name), `[Unit]\nDescription=${definition.description ?? ""}\n`);
    this.#load(name, definition);
    const unit = this.#units.get(name);
    assert(unit !== undefined, "it was just loaded");
    const job = this.#makeJob(name, "start");
    this.#clock.schedule(QUEUE_MS, () => unit.start((result) => this.#finish(job, result)));
    return job;
  }

  /** @throws {CallRefused} */
  resetFailed(name: string): void {
    const unit = this.#units.get(name);
    if (unit === undefined) throw refused("NoSuchUnit", `Unit ${name} not loaded.`);
    unit.resetFailed();
  }

  /** Reads all unit files again. */
  async reload(): Promise<void> {
    this.send({ path: "/org/freedesktop/systemd1", member: "Reloading", body: [true] });
    await new Promise<void>((resolve) => this.#clock.schedule(RELOAD_MS, resolve));
    this.#readAgain();
    this.send({ path: "/org/freedesktop/systemd1", member: "Reloading", body: [false] });
  }

  /** The same for somebody for whom no time passes. */
  reloadAtOnce(): void {
    this.#readAgain();
    this.send({ path: "/org/freedesktop/systemd1", member: "Reloading", body: [false] });
  }

  #readAgain(): void {
    this.#generator.run();
    for (const [name, unit] of this.#units) {
      const isTransient = isTransientFile(this.disk.find(name)?.path ?? "");
      const definition = this.disk.definition(name) ?? unit.definition;
      if (this.#isIdle(unit)) this.#units.delete(name);
      else if (!isTransient) unit.loaded = this.#read(name, definition);
    }
  }

  /** Likewise, starts or stops a unit. @throws {CallRefused} */
  doAtOnce(verb: "start" | "stop", name: string): void {
    const unit = this.#require(name, verb);
    unit.cancelJob();
    if (verb === "start") unit.start(() => {});
    else unit.halt();
  }

  /** What each unit does that does anything, by name. */
  activeUnits(): readonly (readonly [name: string, active: string])[] {
    const units = [...this.#units.values()].filter(({ active }) => active !== "inactive");
    const states = units.map(({ name, active }) => [name, active] as const);
    return states.toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  /** A signal ends the main process of a unit. */
  kill(name: string, signalNumber = 9): void {
    this.unit(name)?.kill(signalNumber);
  }

  #require(name: string, verb: JobVerb): SimulatedUnit {
    const unit = this.unit(name);
    if (unit === undefined) throw refused("NoSuchUnit", `Unit ${name} not found.`);
    if (verb !== "stop" && unit.loaded.isMask)
      throw refused("UnitMasked", `Unit ${name} is masked.`);
    if (this.#isIdle(unit) && !unit.definition.isValid)
      throw refused("BadUnitSetting", `Unit ${name} has a bad unit file setting.`);
    if (verb === "reload" && !(unit.definition.canReload && unit.active === "active"))
      throw refused("JobTypeNotApplicable", `Job type reload is not applicable for unit ${name}.`);
    return unit;
  }

  /** Nothing of it must be remembered. */
  #isIdle({ name, active }: SimulatedUnit): boolean {
    return active === "inactive" && !this.#jobs.has(name);
  }

  #makeJob(unit: string, verb: JobVerb): SimulatedJob {
    const id = this.#take();
    const job = { id, path: `/org/freedesktop/systemd1/job/${id}`, unit, verb };
    this.#jobs.set(unit, job);
    return job;
  }

  #finish(job: SimulatedJob, result: JobResult): void {
    if (this.#jobs.get(job.unit) === job) this.#jobs.delete(job.unit);
    const body = [job.id, job.path, job.unit, result];
    this.send({ path: "/org/freedesktop/systemd1", member: "JobRemoved", body });
    this.#changed(job.unit);
    this.#collect(job.unit);
  }

  /** A transient unit that is neither active nor failed is no more. */
  #collect(name: string): void {
    const unit = this.#units.get(name);
    const path = transientPath(name);
    if (unit === undefined || !this.#isIdle(unit) || !this.disk.exists(path)) return;
    this.#units.delete(name);
    this.disk.remove(path);
  }

  #load(name: string, definition: UnitDefinition): SimulatedUnit {
    const loaded = this.#read(name, definition);
    const unit: SimulatedUnit = new SimulatedUnit(
      name,
      loaded,
      this.#surround(() => unit),
    );
    this.#units.set(name, unit);
    return unit;
  }

  #read(name: string, definition: UnitDefinition): LoadedFile {
    const file = this.disk.find(name);
    const { path, text, dropIns, isMask } = file ?? NO_FILE;
    return { definition, path, text, dropIns, isMask };
  }

  #surround(unitOf: () => SimulatedUnit): UnitSurroundings {
    return {
      clock: this.#clock,
      changed: () => {
        const { name } = unitOf();
        this.#changed(name);
        queueMicrotask(() => this.#collect(name));
      },
      program: (argv) => programOf(argv, this.programs),
      exists: (path) => this.disk.exists(path),
      log: (line, from) => this.#log(unitOf(), line, from),
      takePid: () => this.#take() + 1_000,
    };
  }

  #log(unit: SimulatedUnit, line: string, from: "process" | "systemd"): void {
    const { outputPath } = unit.definition;
    if (from === "process" && outputPath !== undefined)
      return this.disk.append(outputPath, `${line}\n`);
    this.#journal.push({ unit: unit.name, atMs: this.#clock.wallMs(), line });
  }

  #changed(name: string): void {
    this.send({
      path: unitPath(name),
      member: "PropertiesChanged",
      body: ["org.freedesktop.systemd1.Unit", {}, []],
    });
  }

  #take(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function transientPath(name: string): string {
  assert(parseUnitName(name) !== undefined, "systemd refuses other names");
  return `/run/systemd/transient/${name}`;
}

function isTransientFile(path: string): boolean {
  return path === `/run/systemd/transient/${baseNameOf(path)}`;
}
