import {
  type AuthorizedKeyEntry,
  authorizedKeyFormat,
  entriesOf,
  type FileReadRequest,
  type JsonObject,
  type LocalUser,
  parseTable,
} from "@holdfast/core";
import type { Candidate, LeftOut } from "../candidate.ts";
import type { Collector } from "../collector.ts";

const MOST_BYTES = 1024 * 1024;
/** Homes that are none. */
const NO_HOME = /^(?:|\/|\/nonexistent(?:\/.*)?|.*\/\.\.(?:\/.*)?)$/;

/** Keys that may log in. Nothing else is read of a home. */
export const authorizedKeys: Collector = {
  title: "authorized keys",
  kinds: ["ssh-key"],
  async collect({ users, host, signal }) {
    const found = [...(await users()).values()]
      .filter(({ home }) => home.startsWith("/") && !NO_HOME.test(home))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const requests = found.map(({ home }): FileReadRequest => {
      return { path: `${home}/.ssh/authorized_keys`, content: "bytes", maxBytes: MOST_BYTES };
    });
    const readings = await host.files.readMany(requests, signal);
    const leftOut: LeftOut[] = [];
    const candidates = found.flatMap((user, at) => {
      const reading = readings[at];
      const what = requests[at]?.path ?? "";
      if (reading?.type === "unknown") {
        leftOut.push({ reason: "unreadable", what, detail: reading.fault.message });
      }
      const bytes = reading?.type === "present" ? reading.value.bytes : undefined;
      return bytes === undefined ? [] : candidatesOf(user, Buffer.from(bytes).toString("latin1"));
    });
    return { candidates, leftOut };
  },
};

/** Each key once; a line says more than its key in options and comment. */
function candidatesOf({ name: user }: LocalUser, text: string): readonly Candidate[] {
  const entries = entriesOf(parseTable(text, authorizedKeyFormat));
  const names = entries.map((entry) => `${user} ${nameOf(entry)}`);
  return entries.map((entry, at) => {
    const plain = names[at] ?? user;
    const isUnique = names.indexOf(plain) === names.lastIndexOf(plain);
    return {
      section: "Keys",
      ways: [
        {
          kind: "ssh-key",
          name: isUnique ? plain : `${user} ${endOf(entry)}`,
          input: { user, key: `${entry.type} ${entry.blob}` },
          choose: chosenOf,
        },
      ],
      why: `may log in as ${user}`,
    };
  });
}

function nameOf(entry: AuthorizedKeyEntry): string {
  return /^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(entry.comment) ? entry.comment : endOf(entry);
}

function endOf({ blob }: AuthorizedKeyEntry): string {
  return blob.replace(/=+$/, "").slice(-12);
}

/** The line as it is in a file that ends in .pub. */
function chosenOf({ user, key, options, comment }: JsonObject): JsonObject {
  const keys: readonly unknown[] = Array.isArray(key) ? key : [key];
  const line = typeof keys[0] === "string" ? keys[0] : "";
  const words = typeof comment === "string" && comment !== "" ? ` ${comment}` : "";
  return {
    ...(user === undefined ? {} : { user }),
    key: `${line}${words}`,
    ...(Array.isArray(options) && options.length > 0 ? { options } : {}),
  };
}
