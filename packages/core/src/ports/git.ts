import type { Fault } from "../fault/fault.ts";
import type { FileType } from "./files.ts";

/** Where a checkout is, and who works in it. */
export interface CheckoutPlace {
  /** Absolute, inside the host's root. */
  readonly path: string;
  /** User name or decimal uid whom the tree belongs to; git runs as that user. Default: the agent's own. */
  readonly user?: string;
}

/** Where a checkout comes from, and what opens it. */
export interface GitSource {
  /** A URL (https, http, ssh, git, file), `user@host:path`, or an absolute path inside the host's root. Without a password. */
  readonly repository: string;
  /** For http and https. Default `git`, or the user that the URL names. */
  readonly username?: string;
  /** Password or token for http and https. */
  readonly token?: string;
  /** A private key in the form of OpenSSH, for ssh. Default: none, so only what needs no key is reached. */
  readonly sshKey?: string;
  /** Public keys of the ssh server, one a line as `ssh-ed25519 AAAA…`; no other is taken. Default: the machine's known hosts. */
  readonly hostKey?: string;
}

/** What of a repository should be checked out. */
export type GitTarget =
  /** A commit: 40 hexadecimal digits, or at least 7 of the first. */
  | { readonly type: "revision"; readonly name: string }
  | { readonly type: "branch"; readonly name: string }
  | { readonly type: "tag"; readonly name: string };

/** What is to be observed at a place. */
export interface CheckoutQuery {
  readonly place: CheckoutPlace;
  readonly target: GitTarget;
  /** Observe the submodules of the checkout too. */
  readonly submodules: boolean;
}

/** What is at the path of a checkout. */
export type CheckoutFound =
  | { readonly type: "absent" }
  /** Something that is no checkout, and would have to go. */
  | { readonly type: "other"; readonly what: FileType }
  /** A directory without a repository in it. */
  | { readonly type: "directory"; readonly isEmpty: boolean }
  | { readonly type: "checkout"; readonly checkout: Checkout };

/** A checkout as it is. */
export interface Checkout {
  /** The owner of the tree. */
  readonly uid: number;
  /** The URL that its configuration names; `undefined` when there is none. */
  readonly repository: string | undefined;
  /**
   * Its configuration is word for word as this port writes it. Where it is not, git is not run in it: a configuration
   * names programs. Then nothing is known of its content.
   */
  readonly isConfigured: boolean;
  /** The commit that is checked out; `undefined` where none is, or that cannot be read. */
  readonly head: string | undefined;
  /**
   * The commit that the checkout itself knows for the target: of a branch as it was last fetched. `undefined` when it has
   * never been fetched.
   */
  readonly known: string | undefined;
  /**
   * Files of the checkout that are other than in its commit: modified, staged, deleted; and of submodules likewise, or that
   * they are at another commit. Files that git does not keep are none.
   */
  readonly content: CheckoutContent;
  /** Names of the local work that is kept aside, oldest first. */
  readonly kept: readonly string[];
}

/** How the content of a checkout compares with its commit. */
export type CheckoutContent =
  | { readonly type: "clean" }
  /** The first hundred paths, and how many there are. */
  | { readonly type: "changed"; readonly paths: readonly string[]; readonly count: number }
  /** git cannot read its own records: the index, or the commit, is damaged or missing. */
  | { readonly type: "damaged" }
  /** Not known, because git was not run. */
  | { readonly type: "unobserved" };

/** Where a branch of a remote is. */
export type BranchHead =
  | { readonly type: "known"; readonly commit: string }
  /** The remote answers, and has no such branch. */
  | { readonly type: "absent" }
  /** The remote does not answer, or refuses. */
  | { readonly type: "unreachable"; readonly fault: Fault };

/** Which branch is asked for. */
export interface BranchQuery {
  readonly source: GitSource;
  readonly branch: string;
  /** As whom. Default: the agent's own user. */
  readonly user?: string | undefined;
  /** An answer that is younger is taken again, also when it was that nothing answers. */
  readonly maxAgeMs: number;
}

/** Observing checkouts and their remotes. */
export interface GitReader {
  /**
   * What is at a place: files are read, and one process compares the content. Writes nothing, runs nothing that the
   * checkout or its configuration names, and asks no remote.
   * @throws {Fault} CheckoutForeign, when the tree is not the user's; UnknownUser; PathUnsafe, PermissionDenied;
   *   CommandNotFound, without git; CommandTimeout; HostFailed; Aborted.
   */
  observe(query: CheckoutQuery, signal: AbortSignal): Promise<CheckoutFound>;
  /**
   * Where a branch of the remote is now, or was within `maxAgeMs`.
   * @throws {Fault} CommandNotFound, UnknownUser, NotPrivileged, HostFailed, Aborted: what is not about the remote.
   */
  branchHead(query: BranchQuery, signal: AbortSignal): Promise<BranchHead>;
}

/** How a place should be. */
export interface CheckOutRequest extends CheckoutQuery {
  readonly source: GitSource;
  /** The commit that the target was observed to be. When the checkout has it, nothing is fetched. Default: unknown. */
  readonly commit?: string;
  /** How many commits are fetched. Default: all. */
  readonly depth?: number;
}

/** What became of a place. */
export interface CheckOutResult {
  /** The commit that is checked out now. */
  readonly head: string;
  /** Local work that was kept aside before it was overwritten; `undefined` when there was none. */
  readonly kept?: KeptWork;
}

/** Local work that was kept aside. */
export interface KeptWork {
  /** The name of its commit in the checkout: `refs/holdfast/kept/…`. */
  readonly name: string;
  /** Names of older work that was dropped to make room. */
  readonly dropped: readonly string[];
}

/** How many pieces of local work a checkout keeps; beyond that the oldest is dropped. */
export const MOST_KEPT = 20;

/** Making checkouts. What is cut off in the middle is finished by the next call. */
export interface GitWriter extends GitReader {
  /**
   * Makes a checkout of the target at a place, or makes one be it: its configuration, its commit, all of its files. It ends on
   * no branch (a detached HEAD). Files that git does not keep stay. Whatever else is overwritten, changed files, staged
   * ones, files in the way and commits that are nowhere else, is first kept aside as a commit of the checkout.
   * @throws {Fault} those of `observe`; RemoteUnreachable, RevisionNotFound; CheckoutLocked, with the lock's path;
   *   WrongType and DirectoryNotEmpty, when something else is there; NotFound, without a parent directory; CommandFailed.
   */
  checkOut(request: CheckOutRequest, signal: AbortSignal): Promise<CheckOutResult>;
  /**
   * Removes a checkout; none is fine. Without `force` one that holds anything that is nowhere else stays: changed or
   * unknown files, commits of its own, work that was kept aside.
   * @throws {Fault} those of `observe`; LocalWork; WrongType and DirectoryNotEmpty, for what is no checkout.
   */
  removeCheckout(
    request: { readonly place: CheckoutPlace; readonly force: boolean },
    signal: AbortSignal,
  ): Promise<void>;
}
