import { Fault, type ReadContext, type TaskState, type WriteContext } from "@holdfast/core";
import { changesVersion, installsOrRemoves, type PackageAction } from "./request.ts";
import {
  type Faults,
  type FetchedLists,
  fetchLists,
  type Member,
  transact,
  withListsFault,
} from "./transact.ts";

/**
 * Installs, changes or removes one package.
 * @throws {Fault} PackageNotFound, PackageVirtual, PackageHeld, PackageDowngrade, PackageNeeded, PackageBroken,
 *   PackageFailed, PackageListsUnavailable, InputInvalid; and what keeps every transaction from its work: PackagesLocked,
 *   PackageDatabaseUnreadable, PackageTransactionRunning, RootExecRefused, UnsupportedPlatform, NotPrivileged.
 */
export async function applyPackage(action: PackageAction, context: WriteContext): Promise<void> {
  if (action.changes.length === 0) return;
  const [fault] = await applyTogether([{ action, context }]);
  if (fault !== undefined) throw fault;
}

/**
 * Installs, changes and removes packages in one transaction. A fault that would meet each of them alone, such as a lock, is
 * the fault of each: nobody waits for it again.
 * @throws {Fault} PackageFailed, when the tool refused them together; InputInvalid, when a name of one is none.
 */
export async function applyPackages(
  members: readonly Member[],
): Promise<readonly (Fault | undefined)[]> {
  try {
    return await applyTogether(members);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.reason === "PackageFailed" || error.reason === "InputInvalid") throw error;
    return members.map(() => error);
  }
}

/** What became of a transaction that was begun before the agent ended. One that nobody saw end has ended. */
export async function resumePackages(
  task: string,
  { host, signal }: ReadContext,
): Promise<TaskState> {
  const { type } = await host.packages.transactionState(task, signal);
  return type === "running" ? { type } : { type: "over" };
}

async function applyTogether(members: readonly Member[]): Promise<readonly (Fault | undefined)[]> {
  const [lead] = members;
  if (lead === undefined) return [];
  const { attempt } = lead.context;
  const fetched = await fetchWhenStale(members, attempt);
  const transacted = await transact(members, attempt);
  const faults = new Map(fetched === undefined ? transacted : withListsFault(transacted, fetched));
  const missing = members.filter((member) => faults.get(member)?.reason === "PackageNotFound");
  if (missing.length > 0 && fetched === undefined) {
    const again = await tryAfresh(missing, attempt);
    for (const member of missing) {
      const fault = again.get(member);
      if (fault === undefined) faults.delete(member);
      else faults.set(member, fault);
    }
  }
  const refusal = refusalOfAll(members, faults);
  if (refusal !== undefined) throw refusal;
  return members.map((member) => faults.get(member));
}

/**
 * A source that was added a moment ago may have another version than what the old lists offer. Returns what fetching came
 * to; `undefined` when nothing had to be fetched.
 */
async function fetchWhenStale(
  members: readonly Member[],
  attempt: string,
): Promise<FetchedLists | undefined> {
  const changing = members.filter(({ action }) => changesVersion(action));
  const [lead] = changing;
  if (lead === undefined) return undefined;
  const { host, signal } = lead.context;
  if (!(await host.packages.areListsStale(signal))) return undefined;
  return fetchLists(changing, attempt);
}

/** A failure of the second transaction is no fault of the packages of the first one. */
async function tryAfresh(missing: readonly Member[], attempt: string): Promise<Faults> {
  try {
    const fetched = await fetchLists(missing, attempt);
    return withListsFault(await transact(missing, `${attempt}.again`), fetched);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return new Map(missing.map((member) => [member, error] as const));
  }
}

/**
 * Nothing was installed or removed, and more than one was tried: perhaps each can be had, only not together. A mark that
 * was put on another one says nothing of that.
 */
function refusalOfAll(members: readonly Member[], faults: Faults): Fault | undefined {
  const refused = [...faults.values()].filter(({ reason }) => reason === "PackageFailed");
  const tried = members.filter(({ action }) => installsOrRemoves(action));
  return tried.every((member) => faults.has(member)) && refused.length > 1 ? refused[0] : undefined;
}
