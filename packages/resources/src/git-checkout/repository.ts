import type { BindReport } from "@holdfast/core";
import { checkAbsolutePath } from "../absolute-path.ts";

/** How a repository is reached; `undefined` for what is no address of one. */
export type RepositoryWay = "http" | "ssh" | "git" | "file";

/** What may go with an address. */
export interface WithAddress {
  readonly username?: string | undefined;
  readonly token?: string | undefined;
  readonly sshKey?: string | undefined;
  readonly hostKey?: string | undefined;
}

/** `user@host:path`, as scp has it; neither part can be taken for an option. */
const SCP_LIKE = /^(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!\/\/)[^\s-]\S*$/;
const URL_LIKE = /^(https?|ssh|git|file):\/\/(?!-)\S+$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Reports an address that git is not given, and credentials that do not go with it. */
export function checkRepository(
  repository: string,
  { username, token, sshKey, hostKey }: WithAddress,
  report: BindReport,
): void {
  const way = wayTo(repository);
  if (way === undefined) {
    const detail =
      "write a URL (https, ssh, git, http or file), user@host:path, or an absolute path";
    return report("repository", "not the address of a repository", detail);
  }
  if (repository.startsWith("/")) checkAbsolutePath(repository, "repository", report);
  if (way === "http" && new URL(repository).password !== "") {
    const detail =
      "everybody who may read the checkout would read the password: write token, as a secret";
    report("repository", "a password in the address", detail);
  }
  if (way !== "http" && (token !== undefined || username !== undefined)) {
    report(
      "token",
      "credentials that nobody asks for",
      "user name and token are for http and https",
    );
  }
  if (way !== "ssh" && (sshKey !== undefined || hostKey !== undefined)) {
    report("sshKey", "keys that nobody asks for", "sshKey and hostKey are for ssh");
  }
  if (token !== undefined && way === "http") checkIsPrivate(repository, report);
}

/** How an address is reached. */
export function wayTo(repository: string): RepositoryWay | undefined {
  if (/[\p{Cc}"]/u.test(repository)) return undefined;
  if (repository.startsWith("/")) return "file";
  if (SCP_LIKE.test(repository)) return "ssh";
  const scheme = URL_LIKE.exec(repository)?.[1];
  if (scheme === undefined || !URL.canParse(repository)) return undefined;
  return scheme.startsWith("http") ? "http" : wayOfScheme(scheme);
}

function wayOfScheme(scheme: string): RepositoryWay {
  return scheme === "ssh" || scheme === "git" ? scheme : "file";
}

function checkIsPrivate(repository: string, report: BindReport): void {
  const { protocol, hostname } = new URL(repository);
  if (protocol === "https:" || LOOPBACK.test(hostname)) return;
  report(
    "token",
    "a secret in the open",
    "whoever is on the way could read it: write an https address",
  );
}
