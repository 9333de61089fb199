import type { Machine } from "../machine.ts";

/** A call that may wait: its name, the handle it is made on, and the entry it is about. */
export interface CallTurn {
  readonly call: string;
  readonly handle: number;
  /** Default: none. */
  readonly name?: string;
  /** Default true. */
  readonly isMutation?: boolean;
}

/** Runs a call's effect when its turn comes; planned failures come first, and on a dead server it never ends. */
export async function inTurn<T>(machine: Machine, turn: CallTurn, effect: () => T): Promise<T> {
  const { call, handle, name = "", isMutation = true } = turn;
  await new Promise<void>((resolve) => machine.schedule(resolve));
  await machine.injection.waiting(call, name, isMutation);
  if (!machine.handle(handle, call).inode.fileSystem.isResponsive) return new Promise(() => {});
  const result = effect();
  if (isMutation) machine.callLog.push(name === "" ? call : `${call} ${name}`);
  return result;
}
