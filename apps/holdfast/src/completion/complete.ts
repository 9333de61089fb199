import { isJsonObject } from "@holdfast/core";
import type { Command } from "commander";
import { namedPath } from "../named-path.ts";
import type { Surroundings } from "../surroundings.ts";
import { type Candidate, type Wanted, wantedAt } from "./wanted.ts";

/** More than a person reads. */
const MOST_CANDIDATES = 1_000;
/** An agent that does not answer by then is done without. */
const ASKING_MS = 1_000;

/**
 * The answer to a shell: `files`, when it is to complete paths itself, or `words` and a line for each candidate, the word
 * and its meaning with a tab between. Nothing in it can end a line or steer a terminal.
 */
export async function complete(
  program: Command,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<string> {
  const wanted = wantedAt(program, words);
  if (wanted.type === "files") return "files\n";
  const current = words.at(-1) ?? "";
  const candidates = await candidatesOf(wanted, surroundings);
  const lines = candidates
    .filter(({ word }) => word.startsWith(current) && !/\p{Cc}/u.test(word))
    .slice(0, MOST_CANDIDATES)
    .map(({ word, meaning }) => `${word}\t${meaning.replaceAll(/\p{Cc}/gu, " ")}`);
  return `${["words", ...lines].join("\n")}\n`;
}

async function candidatesOf(
  wanted: Exclude<Wanted, { readonly type: "files" }>,
  surroundings: Surroundings,
): Promise<readonly Candidate[]> {
  if (wanted.type === "words") return wanted.words;
  const found = await findWords(wanted, surroundings);
  return found.map(({ word, meaning }) => ({ word: wanted.prefix + word, meaning }));
}

type Asked = Exclude<Wanted, { readonly type: "files" | "words" }>;

async function findWords(wanted: Asked, surroundings: Surroundings): Promise<readonly Candidate[]> {
  switch (wanted.type) {
    case "kinds":
      return await kinds();
    case "facts":
      return await facts();
    case "parameters":
      return (await declared(wanted, surroundings)).vars;
    case "ids":
      return await served(wanted, surroundings);
    default: {
      if (wanted.source === undefined) return await served(wanted, surroundings);
      const { ids, kindsAndTags } = await declared(wanted, surroundings);
      return [...kindsAndTags, ...ids];
    }
  }
}

async function kinds(): Promise<readonly Candidate[]> {
  const { standardKinds } = await import("@holdfast/resources");
  return Object.values(standardKinds).map(({ kind, summary }) => ({
    word: kind,
    meaning: summary,
  }));
}

async function facts(): Promise<readonly Candidate[]> {
  const { GIVEN_FACTS } = await import("../commands/test/given-facts.ts");
  return GIVEN_FACTS.map((name) => ({ word: `${name}=`, meaning: "fact" }));
}

async function declared({ source, root }: Asked, surroundings: Surroundings) {
  const { declaredWords } = await import("./declared-words.ts");
  const path = source ?? `${root ?? ""}/etc/holdfast`;
  return declaredWords(namedPath(path, surroundings));
}

/** The ids that the agent has; none where no agent serves, or this user may not ask it. */
async function served({ root }: Asked, surroundings: Surroundings): Promise<readonly Candidate[]> {
  const { openClient } = await import("../commands/control/open-client.ts");
  try {
    const client = openClient(root === undefined ? {} : { root }, surroundings);
    const signal = AbortSignal.timeout(ASKING_MS);
    const { resources } = await client.ask({ method: "GET", path: "/resources" }, signal);
    if (!Array.isArray(resources)) return [];
    return resources.flatMap((one) =>
      isJsonObject(one) && typeof one["id"] === "string" ? [{ word: one["id"], meaning: "" }] : [],
    );
  } catch {
    return [];
  }
}
