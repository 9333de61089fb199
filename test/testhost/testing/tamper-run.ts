import assert from "node:assert/strict";
import type { TestHost } from "../test-host.ts";
import type { Declared } from "./declared.ts";
import { eventsSince } from "./event-log.ts";
import { packageCommand, type Tamper, type Tamperable, tamperable } from "./tampers.ts";

/** The longest that one command of many parts may take. */
const COMMAND_MS = 120_000;
/** Of one file, in one round. */
const CONTROLS_AT_ONCE = 5;

/** One repair of what was tampered with. */
export interface Repair {
  readonly tamper: Tamper;
  readonly elapsedMs: number;
}

/**
 * Tampers with everything that a blueprint declares while an agent keeps it. In each round every resource that has parts
 * left loses one, a shared file the lines of some controls; the round is over when the agent has published a repair of each,
 * and each is what it was.
 */
export class TamperRun {
  readonly #host: TestHost;
  readonly #resources: readonly Tamperable[];
  readonly #whole: ReadonlyMap<string, string>;

  private constructor(host: TestHost, resources: readonly Tamperable[]) {
    this.#host = host;
    this.#resources = resources;
    this.#whole = this.#read(resources);
  }

  /** Waits until the agent keeps everything, and reads what is whole. */
  static async begin(host: TestHost, declared: readonly Declared[]): Promise<TamperRun> {
    const ready = new RegExp(`${declared.length} ready`);
    await host.until("the agent is ready", () => ready.test(host.holdfast(["status"]).output));
    return new TamperRun(host, declared.map(tamperable));
  }

  /** Every part of every resource; packages last, because others go with them. */
  async all(): Promise<readonly Repair[]> {
    const packages = this.#resources.filter(({ id }) => id.startsWith("package:"));
    const others = this.#resources.filter((each) => !packages.includes(each));
    const repairs: Repair[] = [];
    for (const tampers of roundsOf(others)) {
      const commands = tampers.map(({ command }) => command);
      repairs.push(...(await this.#round(tampers, commands)));
    }
    const gone = packages.flatMap(({ tampers }) => tampers);
    repairs.push(...(await this.#round(gone, packageCommands(gone))));
    await this.#host.until(
      "everything is what it was",
      () => this.#differing(this.#resources).length === 0,
    );
    return repairs;
  }

  async #round(
    tampers: readonly Tamper[],
    commands: readonly string[],
  ): Promise<readonly Repair[]> {
    const beganAt = Date.now();
    const { code, output } = this.#host.run(["sh", "-ec", commands.join("\n")], COMMAND_MS);
    assert.equal(code, 0, output);
    for (const { id } of tampers.filter((each) => each.id.startsWith("exec:"))) {
      this.#host.holdfast(["reconcile", id]);
    }
    const repairedAt = new Map<string, number>();
    const missing = (): readonly string[] =>
      tampers.filter(({ id }) => !repairedAt.has(id)).map(({ id, part }) => `${id} ${part}`);
    await this.#host.until(
      () => `the repair of ${missing().join(", ")}`,
      () => {
        for (const { id, atMs, reason } of eventsSince(this.#host, beganAt)) {
          if (reason === "Changed") repairedAt.set(id, atMs);
        }
        return missing().length === 0;
      },
    );
    const touched = this.#resources.filter(({ id }) => repairedAt.has(id));
    await this.#host.until(
      () => `again what they were: ${this.#differences(touched).join("; ")}`,
      () => this.#differing(touched).length === 0,
    );
    return tampers.map((tamper) => ({
      tamper,
      elapsedMs: (repairedAt.get(tamper.id) ?? beganAt) - beganAt,
    }));
  }

  #differing(resources: readonly Tamperable[]): readonly string[] {
    const now = this.#read(resources);
    return resources.filter(({ id }) => now.get(id) !== this.#whole.get(id)).map(({ id }) => id);
  }

  #differences(resources: readonly Tamperable[]): readonly string[] {
    const now = this.#read(resources);
    return this.#differing(resources).map(
      (id) => `${id} was ${JSON.stringify(this.#whole.get(id))}, is ${JSON.stringify(now.get(id))}`,
    );
  }

  #read(resources: readonly Tamperable[]): ReadonlyMap<string, string> {
    const script = resources.map(({ reading }) => `{ ${reading}; } 2>&1; echo '\u0001'`).join("\n");
    const texts = this.#host.run(["sh", "-c", script], COMMAND_MS).stdout.split("\u0001\n");
    return new Map(resources.map(({ id }, at) => [id, texts[at] ?? ""]));
  }
}

/** In each round something is done to every place that has some left. */
function roundsOf(resources: readonly Tamperable[]): readonly (readonly Tamper[])[] {
  const byPlace = Map.groupBy(resources, ({ place }) => place);
  const queues = [...byPlace.values()].map((each) =>
    each.flatMap(({ tampers }) => together(tampers)),
  );
  const count = Math.max(...queues.map(({ length }) => length));
  return Array.from({ length: count }, (_, round) => queues.flatMap((queue) => queue[round] ?? []));
}

/** Some controls of one file lose their lines at once: one repair brings all of them. */
function together(tampers: readonly Tamper[]): readonly (readonly Tamper[])[] {
  const controls = tampers.filter(({ part }) => part.startsWith("CIS "));
  const others = tampers.filter((tamper) => !controls.includes(tamper));
  const count = Math.ceil(controls.length / CONTROLS_AT_ONCE);
  const groups = Array.from({ length: count }, (_, at) =>
    controls.slice(at * CONTROLS_AT_ONCE, (at + 1) * CONTROLS_AT_ONCE),
  );
  return [...others.map((tamper) => [tamper]), ...groups];
}

function packageCommands(tampers: readonly Tamper[]): readonly string[] {
  const namesOf = (verb: "install" | "purge"): string[] =>
    tampers
      .filter(({ id, command }) => command === packageCommand(verb, [id.slice("package:".length)]))
      .map(({ id }) => id.slice("package:".length));
  return (["install", "purge"] as const).flatMap((verb) => {
    const names = namesOf(verb);
    return names.length === 0 ? [] : [packageCommand(verb, names)];
  });
}
