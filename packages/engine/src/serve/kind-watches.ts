import { type AnyKind, Fault, type KindWatch, type Watch } from "@holdfast/core";
import type { ResourceRecord } from "../records/resource-record.ts";
import type { Runtime } from "../runtime.ts";
import { KeptWatch, type WatchStatus } from "./kept-watch.ts";
import { Members } from "./members.ts";

/** The watches of all kinds. One that fails is restarted with backoff; its resources are polled meanwhile. */
export class KindWatches {
  readonly #runtime: Runtime;
  readonly #byKind = new Map<string, MemberWatch>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Resolves when every kind that can be watched is, or has failed once and will be tried again. */
  async update(record: Iterable<ResourceRecord>): Promise<void> {
    const byKind = Map.groupBy(record, ({ bulk }) => bulk);
    const gone = [...this.#byKind.keys()].filter((kind) => !byKind.has(kind));
    const closing = gone.map(async (kind) => {
      await this.#byKind.get(kind)?.close();
      this.#byKind.delete(kind);
    });
    const opening = [...byKind.values()].map((members) => this.#updateKind(members));
    await Promise.all([...closing, ...opening]);
  }

  /** Whether a kind is heard at this moment. */
  isLive(kind: string): boolean {
    return this.#byKind.get(kind)?.isLive === true;
  }

  get statuses(): readonly WatchStatus[] {
    return [...this.#byKind.values()].map(({ status }) => status);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byKind.values()].map((watch) => watch.close()));
    this.#byKind.clear();
  }

  async #updateKind(members: readonly ResourceRecord[]): Promise<void> {
    const kind = members[0]?.declared.kind;
    if (kind?.watch === undefined) return;
    const existing = this.#byKind.get(kind.kind);
    if (existing) return existing.replace(members);
    const watch = new MemberWatch(this.#runtime, kind, members);
    this.#byKind.set(kind.kind, watch);
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

  /** Watches other members. */
  async replace(records: readonly ResourceRecord[]): Promise<void> {
    const changes = this.#members.replace(records);
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
