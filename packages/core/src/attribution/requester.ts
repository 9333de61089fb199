import type { JsonObject } from "../json.ts";

/** The user who asked for something, as far as the machine knows. */
export interface Requester {
  readonly uid: number;
  /** The name of that user; `undefined` where the machine's own files have none. */
  readonly user?: string;
  /** Who logged in to the session, whatever user it has become since; the kernel keeps it. */
  readonly loginUser?: string;
  /** Who called sudo, as sudo said to the command. */
  readonly sudoUser?: string;
}

/** A requester as words without a full stop: `root (uid 0), by sudo of alice`. */
export function requesterWords({ uid, user, loginUser, sudoUser }: Requester): string {
  const name = user === undefined ? `uid ${uid}` : `${user} (uid ${uid})`;
  if (sudoUser !== undefined) return `${name}, by sudo of ${sudoUser}`;
  return loginUser === undefined || loginUser === user
    ? name
    : `${name}, logged in as ${loginUser}`;
}

/** A requester as JSON: `{uid, user?, loginUser?, sudoUser?, words}`. */
export function requesterJson(requester: Requester): JsonObject {
  return { ...requester, words: requesterWords(requester) };
}

/** A name of a user: what sudo(8) passes on is read no further than this, and shown as it is. */
const USER_NAME = /^[\p{L}\p{N}_.][\p{L}\p{N}_.@\\-]{0,63}\$?$/u;

/** The name of a user out of an environment; `undefined` for what is none. */
export function parseUserName(text: string | undefined): string | undefined {
  return text !== undefined && USER_NAME.test(text) ? text : undefined;
}
