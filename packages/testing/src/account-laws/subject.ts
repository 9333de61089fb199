import assert from "node:assert/strict";
import {
  type AccountWriter,
  Fault,
  type FaultReason,
  type LocalGroup,
  type LocalUser,
} from "@holdfast/core";

/** A machine that the laws of accounts are tried on. Its files hold the lines of `lawFiles` besides its own. */
export interface AccountSubject extends AsyncDisposable {
  readonly accounts: AccountWriter;
  /** Content of a file by its bytes; `undefined` when there is none. */
  read(path: string): string | undefined;
  /** Writes another file and renames it over the path, keeping its mode. */
  replace(path: string, bytes: string): void;
  /** Writes in place; makes what is missing. */
  write(path: string, bytes: string): void;
  remove(path: string): void;
  makeDirectory(path: string, uid: number): void;
  /** Who owns what is at a path, by uid. */
  ownerOf(path: string): number | undefined;
  /** The command lines of the tools so far. */
  runs(): readonly (readonly string[])[];
  /** Called when a tool is about to run. */
  onRun(callback: () => void): void;
  /** The next tool is killed when it has replaced so many files. */
  killNextTool(afterFiles: number): void;
  /** A process of a user; it runs until disposal. */
  startProcess(uid: number): Promise<{ readonly pid: number } & AsyncDisposable>;
  /** Another program holds the record lock of the files until disposal. */
  holdRecordLock(): Promise<{ readonly pid: number } & AsyncDisposable>;
  /** Waits for work as long as the machine's clock needs. */
  finish<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass. */
  sleep(delayMs: number): Promise<void>;
  /** Waits until it is so; false when it is not within what a watch may take. */
  until(isSo: () => boolean): Promise<boolean>;
}

/** Opens a machine of its own for one law. */
export type OpenSubject = (options?: {
  /** How long locks are waited for. Default: longer than any law takes. */
  readonly lockTimeoutMs?: number;
}) => Promise<AccountSubject>;

/** For calls that nobody stops. */
export const UNSTOPPED: AbortSignal = new AbortController().signal;

/** A hash of nobody's password. */
export const HASH = "$6$lawsalt$Hwx1zQYbWf2Yp0Hq2Sgk.JNw4Yf1";

/** The directory of the homes that laws make. */
export const HOMES = "/srv/law";

/** Lines that the laws find in the files of accounts: an account, and what is nobody's. */
export const lawFiles: Readonly<Record<string, string>> = {
  "/etc/passwd":
    "# kept\nbroken line\nlaw-app:x:20000:20000:J\xe9r\xf4me,,,:/srv/law/app:/bin/sh\n+nis::::::\n",
  "/etc/shadow": "broken:\xff\nlaw-app:!$6$salt$old:19000:0:99999:7:::\n",
  "/etc/group":
    "law-web:x:20033:law-app,outsider\nlaw-app:x:20000:\nnotes\nlaw-old:x:20034:law-app\n",
  "/etc/gshadow": "law-web:!::law-app,outsider\nlaw-app:!::\n#\nlaw-old:!::law-app\n",
  "/etc/subuid": "law-app:3000000000:1000\n",
  "/etc/subgid": "law-app:3000000000:1000\n",
};

/** Files of a root that has nothing else. */
export const rootFiles: Readonly<Record<string, string>> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
  "/etc/shadow": "root:*:19000:0:99999:7:::\n",
  "/etc/group": "root:x:0:\nusers:x:100:\n",
  "/etc/gshadow": "root:*::\nusers:*::\n",
  "/etc/subuid": "",
  "/etc/subgid": "",
  "/etc/login.defs": "# as everywhere\nUSERGROUPS_ENAB yes\nUMASK\t\t022\nHOME_MODE\t0750\n",
};

/** A user that must be there. */
export async function readUser(subject: AccountSubject, name: string): Promise<LocalUser> {
  const { byName } = await subject.finish(subject.accounts.readUsers(UNSTOPPED));
  const user = byName.get(name);
  assert(user !== undefined, `there is no user ${name}`);
  return user;
}

/** A group; `undefined` for none. */
export async function findGroup(
  subject: AccountSubject,
  name: string,
): Promise<LocalGroup | undefined> {
  return (await subject.finish(subject.accounts.readGroups(UNSTOPPED))).byName.get(name);
}

/** The work must fail with this reason; the fault is returned. */
export async function mustFail(
  subject: AccountSubject,
  work: Promise<unknown>,
  reason: FaultReason,
): Promise<Fault> {
  const thrown: unknown = await subject.finish(work).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert(thrown instanceof Fault, `expected ${reason}, got ${String(thrown)}`);
  assert.equal(thrown.reason, reason, thrown.message);
  return thrown;
}

/** Every file of accounts, for comparing. */
export function allFiles(subject: AccountSubject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(lawFiles).map((path) => [path, subject.read(path) ?? "missing"]),
  );
}

/** Remembers how the machine is; the returned function asserts that no tool ran and no file changed since. */
export function remember(subject: AccountSubject): () => void {
  const [files, runs] = [allFiles(subject), subject.runs().length];
  return () => {
    assert.deepEqual(subject.runs().slice(runs), []);
    assert.deepEqual(allFiles(subject), files);
  };
}

/** Does work that must run no tool and change no file. */
export async function mustChangeNothing(
  subject: AccountSubject,
  work: Promise<unknown>,
): Promise<void> {
  const assertUnchanged = remember(subject);
  await subject.finish(work);
  assertUnchanged();
}
