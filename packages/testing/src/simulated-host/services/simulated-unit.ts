import type { ActiveState, Clock } from "@holdfast/core";
import type { SimulatedProgram } from "./simulated-programs.ts";
import type { UnitDefinition } from "./unit-definition.ts";

/** What a unit needs of the systemd that has it. */
export interface UnitSurroundings {
  readonly clock: Clock;
  /** Something about the unit has changed. */
  readonly changed: () => void;
  /** What its main process does. */
  readonly program: (argv: readonly string[]) => SimulatedProgram;
  /** Whether a path is there, for a condition. */
  readonly exists: (path: string) => boolean;
  /** Says something in the journal, or where its output goes. */
  readonly log: (line: string, from: "process" | "systemd") => void;
  readonly takePid: () => number;
}

/** A unit file as it was read. */
export interface LoadedFile {
  readonly definition: UnitDefinition;
  /** Empty when there is none any more. */
  readonly path: string;
  readonly text: string;
  readonly dropIns: readonly string[];
  readonly isMask: boolean;
}

/** How its main process ended last. */
export interface SimulatedExit {
  readonly result: string;
  /** waitid(2): 1 exited, 2 killed. */
  readonly code: number;
  readonly status: number;
}

/** How a job ends. */
export type JobResult = "done" | "failed" | "canceled";

const KILLED = 2;
const EXITED = 1;
const SIGTERM = 15;

/** A unit in the memory of a simulated systemd: the states of a service, and of what runs nothing. */
export class SimulatedUnit {
  readonly name: string;
  /** What the disk said when it was loaded. */
  loaded: LoadedFile;
  active: ActiveState = "inactive";
  sub = "dead";
  exit: SimulatedExit | undefined;
  mainPid = 0;
  restarts = 0;
  activeSinceMs = 0;
  /** When it was last tried to start. */
  triedAtMs = 0;
  /** Calls when the job that is under way has ended. */
  #finish: ((result: JobResult) => void) | undefined;
  #cancel: () => void = () => {};
  readonly #surroundings: UnitSurroundings;

  constructor(name: string, loaded: LoadedFile, surroundings: UnitSurroundings) {
    this.name = name;
    this.loaded = loaded;
    this.#surroundings = surroundings;
  }

  get definition(): UnitDefinition {
    return this.loaded.definition;
  }

  start(finish: (result: JobResult) => void): void {
    if (this.active === "active") return finish("done");
    this.#take(finish);
    this.restarts = 0;
    this.#launch();
  }

  stop(finish: (result: JobResult) => void): void {
    if (this.active === "inactive" || this.active === "failed") return finish("done");
    this.#take(finish);
    this.#terminate(() => this.#rest("inactive", "dead"));
  }

  restart(finish: (result: JobResult) => void): void {
    if (this.active === "inactive" || this.active === "failed") return this.start(finish);
    this.#take(finish);
    this.restarts = 0;
    this.#terminate(() => this.#launch());
  }

  reload(finish: (result: JobResult) => void): void {
    this.#take(finish);
    this.#become("reloading", "reload");
    this.#after(0, () => {
      this.#become("active", "running");
      this.#end("done");
    });
  }

  /** A signal ends its main process. */
  kill(signalNumber: number): void {
    if (this.mainPid !== 0) this.#ended(KILLED, signalNumber);
  }

  /** The job that is under way ends for another one. */
  cancelJob(): void {
    this.#end("canceled");
  }

  resetFailed(): void {
    if (this.active === "failed") this.#become("inactive", "dead");
  }

  #launch(): void {
    const { definition } = this;
    const { clock, exists, log, program, takePid } = this.#surroundings;
    this.triedAtMs = clock.wallMs();
    const isConditionMet = definition.condition === undefined || exists(definition.condition);
    if (!isConditionMet) return this.#rest("inactive", "dead");
    this.exit = undefined;
    if (definition.argv === undefined) {
      this.activeSinceMs = clock.wallMs();
      return this.#rest("active", "exited");
    }
    const { readyMs = 0, runsMs, exitCode = 0, says = [] } = program(definition.argv);
    this.mainPid = takePid();
    for (const line of says) log(line, "process");
    const isWaiting = definition.type === "notify" || definition.type === "oneshot";
    this.activeSinceMs = clock.wallMs();
    this.#become(isWaiting ? "activating" : "active", isWaiting ? "start" : "running");
    if (!isWaiting) this.#end("done");
    const endsFirst = definition.type === "oneshot" || (runsMs ?? Infinity) < readyMs;
    if (definition.type === "notify" && !endsFirst) this.#after(readyMs, () => this.#ready(runsMs));
    else if (runsMs !== undefined) this.#after(runsMs, () => this.#ended(EXITED, exitCode));
  }

  #ready(runsMs: number | undefined): void {
    this.activeSinceMs = this.#surroundings.clock.wallMs();
    this.#become("active", "running");
    this.#end("done");
    if (runsMs !== undefined) this.#after(runsMs, () => this.#ended(EXITED, 0));
  }

  /** Its main process is no more, and nobody has asked for that. */
  #ended(code: number, status: number): void {
    this.#cancel();
    this.mainPid = 0;
    const isWell = code === EXITED && status === 0;
    const result = isWell ? "success" : code === EXITED ? "exit-code" : "signal";
    this.exit = { result, code, status };
    const { definition } = this;
    if (isWell && definition.type === "oneshot" && definition.remainsAfterExit)
      return this.#rest("active", "exited");
    if (!isWell) this.#surroundings.log(`${this.name}: Failed with result '${result}'.`, "systemd");
    const restarts = definition.restart === "always" || (definition.restart !== "no" && !isWell);
    if (restarts) return this.#restartLater();
    this.#rest(isWell ? "inactive" : "failed", isWell ? "dead" : "failed");
  }

  #restartLater(): void {
    this.#become("activating", "auto-restart");
    this.#after(this.definition.restartMs, () => {
      this.restarts += 1;
      this.#launch();
    });
  }

  #terminate(then: () => void): void {
    this.#cancel();
    const { argv } = this.definition;
    const { stopMs = 0 } = argv === undefined ? {} : this.#surroundings.program(argv);
    const wasRunning = this.mainPid !== 0;
    this.#become("deactivating", "stop-sigterm");
    this.#after(stopMs, () => {
      this.mainPid = 0;
      // A service that ends by the signal that asked it to has ended well.
      if (wasRunning) this.exit = { result: "success", code: KILLED, status: SIGTERM };
      then();
    });
  }

  #rest(active: ActiveState, sub: string): void {
    this.#become(active, sub);
    this.#end(active === "failed" ? "failed" : "done");
  }

  #become(active: ActiveState, sub: string): void {
    this.active = active;
    this.sub = sub;
    this.#surroundings.changed();
  }

  #take(finish: (result: JobResult) => void): void {
    this.#finish = finish;
    this.#surroundings.changed();
  }

  #end(result: JobResult): void {
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.(result);
  }

  /** One thing is waited for at a time. */
  #after(delayMs: number, then: () => void): void {
    this.#cancel();
    this.#cancel = this.#surroundings.clock.schedule(delayMs, then);
  }
}
