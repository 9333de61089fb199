import { type AnyKind, Fault, type KindWatch, type Watch } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Replacement } from "../records/resource-store.ts";
import type { Runtime } from "../runtime.ts";
import { KeptWatch, type WatchStatus } from "./kept-watch.ts";
import { type MemberChanges, Members } from "./members.ts";

/** The watches of all kinds. One that fails is restarted with backoff; its resources are polled meanwhile. */
export class KindWatches {
  readonly #runtime: Runtime;
  readonly #byKind = new Map<string, MemberWatch>();
  /** Settles when the watches of kinds that are no longer declared are closed; no other kind waits for that. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Watches others too, or no longer. Resolves when each watch is live, or has failed once and will be tried again,
   * or takes long.
   */
  async change({ gone, changed }: Replacement): Promise<void> {
    const goneByKind = Map.groupBy(gone, ({ bulk }) => bulk);
    const changedByKind = Map.groupBy(changed, ({ bulk }) => bulk);
    const kinds = new Set([...goneByKind.keys(), ...changedByKind.keys()]);
    const changing = [...kinds].map((kind) =>
      this.#changeKind(kind, {
        gone: goneByKind.get(kind) ?? [],
        changed: changedByKind.get(kind) ?? [],
      }),
    );
    await Promise.all(changing);
  }

  /** Whether the watch of a kind is live at this moment. */
  isLive(kind: string): boolean {
    return this.#byKind.get(kind)?.isLive === true;
  }

  get statuses(): readonly WatchStatus[] {
    return [...this.#byKind.values()].map(({ status }) => status);
  }

  async close(): Promise<void> {
    await Promise.all([this.#closing, ...[...this.#byKind.values()].map((one) => one.close())]);
    this.#byKind.clear();
  }

  async #changeKind(name: string, changes: MemberChanges): Promise<void> {
    const existing = this.#byKind.get(name);
    if (existing !== undefined) {
      const changing = existing.change(changes);
      if (!existing.isEmpty) return changing;
      // At once, so that who comes meanwhile gets a watch of their own.
      this.#byKind.delete(name);
      this.#closing = Promise.all([this.#closing, changing]);
      return;
    }
    const kind = changes.changed[0]?.declared.kind;
    if (kind?.watch === undefined) return;
    const watch = new MemberWatch(this.#runtime, kind, changes.changed);
    this.#byKind.set(name, watch);
    await watch.open();
  }
}

/** The watch of one kind's resources. Members come and go without its being opened anew, where the kind can do that. */
class MemberWatch {
  readonly #runtime: Runtime;
  readonly #kind: AnyKind;
  readonly #kept: KeptWatch;
  #members: Members;

  constructor(runtime: Runtime, kind: AnyKind, records: readonly ResourceRecord[]) {
    this.#runtime = runtime;
    this.#kind = kind;
    this.#members = new Members(records);
    this.#kept = new KeptWatch(runtime, {
      name: kind.kind,
      open: () => this.#openWatch(),
      onGap: (trigger) => this.#hintAll(trigger),
    });
  }

  get isLive(): boolean {
    return this.#kept.isLive;
  }

  get status(): WatchStatus {
    return this.#kept.status;
  }

  open(): Promise<void> {
    return this.#kept.open();
  }

  get isEmpty(): boolean {
    return this.#members.isEmpty;
  }

  /** Watches other members; with none left it is closed. */
  async change(given: MemberChanges): Promise<void> {
    const changes = this.#members.change(given);
    if (this.isEmpty) return this.close();
    if (changes === undefined) return;
    await this.#kept.update((watch: KindWatch<unknown>) =>
      watch.update?.(changes, this.#runtime.killed),
    );
  }

  close(): Promise<void> {
    return this.#kept.close();
  }

  async #openWatch(): Promise<Watch> {
    // A watch that is given up meanwhile hints by its own positions.
    const members = new Members([...this.#members.records()]);
    this.#members = members;
    const { ports, log, killed: signal } = this.#runtime;
    const context = { host: ports.readerFor(this.#kind), signal, log };
    const watch = await this.#kind.watch?.(members.specs(), context, {
      hint: (position, trigger) => {
        const member = members.at(position);
        if (member !== undefined) this.#runtime.hint(member, "watch", trigger);
      },
      overflow: () => this.#hintAll("events were lost"),
    });
    if (watch !== undefined) return watch;
    throw new Fault({
      reason: "WatchFailed",
      message: `${this.#kind.kind} has no watch`,
      resolution: "Report this: a kind without a watch must not be watched.",
    });
  }

  #hintAll(trigger: string): void {
    for (const member of this.#members.records()) this.#runtime.hint(member, "poll", trigger);
  }
}
