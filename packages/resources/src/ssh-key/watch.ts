import {
  type Fault,
  type HintSink,
  type KindWatch,
  type ReadContext,
  toFault,
  type WatchChanges,
} from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { watchTogether } from "../watch-together.ts";
import { pathsOfUser } from "./key-place.ts";
import type { SshKeySpec } from "./spec.ts";

/** Watches accounts, and the files of keys in the homes that they have: a user that comes or moves is followed. */
export async function watchSshKeys(
  specs: readonly SshKeySpec[],
  context: ReadContext,
  sink: HintSink,
): Promise<KindWatch<SshKeySpec>> {
  const failed = Promise.withResolvers<Fault | undefined>();
  const fail = (error: unknown): void => failed.resolve(toFault(error));
  const files = await watchPaths<PlacedSpec>([], ({ paths }) => paths, context, sink);
  const members = new PlacedMembers(files, context);
  try {
    const accounts = await watchTogether(specs, sink, (hear) =>
      context.host.accounts.watch((hint) => {
        hear(hint);
        members.place().catch(fail);
      }, context.signal),
    );
    await members.change({ removed: [], added: new Map(specs.entries()) });
    return {
      ended: Promise.race([accounts.ended, files.ended, failed.promise]),
      async update(changes, signal) {
        await accounts.update?.(changes, signal);
        await members.change(changes);
      },
      async [Symbol.asyncDispose]() {
        await accounts[Symbol.asyncDispose]();
        await files[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}

/** A spec with the paths that its user's home gives it now. */
interface PlacedSpec {
  readonly spec: SshKeySpec;
  readonly paths: readonly string[];
}

/** The watched specs, each watched where its user's home is. */
class PlacedMembers {
  readonly #files: KindWatch<PlacedSpec>;
  readonly #context: ReadContext;
  readonly #members = new Map<number, PlacedSpec>();
  #placing = Promise.resolve();

  constructor(files: KindWatch<PlacedSpec>, context: ReadContext) {
    this.#files = files;
    this.#context = context;
  }

  /** Takes changes of members over. Resolves when what was added is watched. */
  async change({ removed, added }: WatchChanges<SshKeySpec>): Promise<void> {
    await this.#files.update?.({ removed, added: new Map() }, this.#context.signal);
    for (const position of removed) this.#members.delete(position);
    for (const [position, spec] of added) this.#members.set(position, { spec, paths: [] });
    await this.place();
  }

  /** Watches each where its user's home is by now; one after the other, so that the last accounts count. */
  place(): Promise<void> {
    this.#placing = this.#placing.then(() => this.#placeAll());
    return this.#placing;
  }

  async #placeAll(): Promise<void> {
    const { host, signal } = this.#context;
    const { byName } = await host.accounts.readUsers(signal);
    const moved = new Map<number, PlacedSpec>();
    for (const [position, { spec, paths }] of this.#members) {
      const now = pathsOfUser(byName.get(spec.user));
      if (now.join("\0") !== paths.join("\0")) moved.set(position, { spec, paths: now });
    }
    if (moved.size === 0) return;
    await this.#files.update?.({ removed: [...moved.keys()], added: moved }, signal);
    for (const [position, placed] of moved) this.#members.set(position, placed);
  }
}
