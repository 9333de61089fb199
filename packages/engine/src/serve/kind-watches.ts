import { type AnyKind, Fault, type Watch } from "@holdfast/core";
import type { ResourceRecord } from "../reconcile/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { KeptWatch, type WatchStatus } from "./kept-watch.ts";

/** The watches of all kinds. One that fails is restarted with backoff; its resources are polled meanwhile. */
export class KindWatches {
  readonly #runtime: Runtime;
  readonly #byKind = new Map<string, KindWatch>();
  /** Settles when the watches of kinds that nobody declares any more are closed; no other kind waits for that. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Resolves when every kind that can be watched is, or has failed once and will be tried again, or takes long. */
  async update(record: Iterable<ResourceRecord>): Promise<void> {
    const byKind = Map.groupBy(record, ({ bulk }) => bulk);
    for (const [kind, watch] of this.#byKind) {
      if (byKind.has(kind)) continue;
      this.#byKind.delete(kind);
      this.#closing = Promise.all([this.#closing, watch.close()]);
    }
    await Promise.all([...byKind.values()].map((members) => this.#updateKind(members)));
  }

  /** Whether a kind is heard at this moment. */
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

  async #updateKind(members: readonly ResourceRecord[]): Promise<void> {
    const kind = members[0]?.declared.kind;
    if (kind?.watch === undefined) return;
    const existing = this.#byKind.get(kind.kind);
    if (existing) return existing.replace(members);
    const watch = new KindWatch(this.#runtime, kind, members);
    this.#byKind.set(kind.kind, watch);
    await watch.open();
  }
}

/** The watch of one kind's resources. */
class KindWatch {
  readonly #runtime: Runtime;
  readonly #kind: AnyKind;
  readonly #kept: KeptWatch;
  #members: readonly ResourceRecord[];

  constructor(runtime: Runtime, kind: AnyKind, members: readonly ResourceRecord[]) {
    this.#runtime = runtime;
    this.#kind = kind;
    this.#members = members;
    this.#kept = new KeptWatch(runtime, {
      name: kind.kind,
      open: () => this.#openWatch(this.#members),
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

  /** Watches other members. */
  async replace(members: readonly ResourceRecord[]): Promise<void> {
    const isSame =
      members.length === this.#members.length &&
      members.every(
        (member, at) => member === this.#members[at] && member.wasWatchedAs === member.declared,
      );
    if (isSame) return;
    this.#members = members;
    await this.#kept.renew();
  }

  close(): Promise<void> {
    return this.#kept.close();
  }

  async #openWatch(members: readonly ResourceRecord[]): Promise<Watch> {
    for (const member of members) member.wasWatchedAs = member.declared;
    const specs = members.map(({ declared }) => declared.resource.spec);
    const { host, log, killed: signal } = this.#runtime;
    const watch = await this.#kind.watch?.(
      specs,
      { host, signal, log },
      {
        hint: (position, trigger) => {
          const member = members[position];
          if (member !== undefined) this.#runtime.hint(member, "watch", trigger);
        },
        overflow: () => this.#hintAll("events were lost"),
      },
    );
    if (watch !== undefined) return watch;
    throw new Fault({
      reason: "WatchFailed",
      message: `${this.#kind.kind} has no watch`,
      resolution: "Report this: a kind without a watch must not be watched.",
    });
  }

  #hintAll(trigger: string): void {
    for (const member of this.#members) this.#runtime.hint(member, "poll", trigger);
  }
}
