import { isJsonObject, type JsonObject, kindOf, parseResourceId } from "@holdfast/core";
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
  if (wanted.type === "operations") return await operationsOf(wanted.id);
  const found = await findWords(wanted, surroundings);
  return found.map(({ word, meaning }) => ({ word: wanted.prefix + word, meaning }));
}

type Asked = Exclude<Wanted, { readonly type: "files" | "words" | "operations" }>;

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
    case "orphans":
      return await orphans(wanted, surroundings);
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

/** Those of its kind. */
async function operationsOf(text: string): Promise<readonly Candidate[]> {
  const id = parseResourceId(text);
  const { createStandardCatalog } = await import("@holdfast/resources");
  const operations = id && createStandardCatalog().get(kindOf(id))?.operations;
  return Object.entries(operations ?? {}).map(([word, { summary }]) => ({
    word,
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

/** The ids that the agent has. */
async function served(asked: Asked, surroundings: Surroundings): Promise<readonly Candidate[]> {
  return candidatesIn((await answerOf("/resources", asked, surroundings))["resources"]);
}

/** The ids of what left its manifest and stays, and why; else those that it has, for they may be let go of too. */
async function orphans(asked: Asked, surroundings: Surroundings): Promise<readonly Candidate[]> {
  const found = candidatesIn((await answerOf("/status", asked, surroundings))["orphans"]);
  return found.length > 0 ? found : await served(asked, surroundings);
}

function candidatesIn(listed: unknown): readonly Candidate[] {
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((one) => {
    const { id, why } = isJsonObject(one) ? one : {};
    return typeof id === "string"
      ? [{ word: id, meaning: typeof why === "string" ? why : "" }]
      : [];
  });
}

/** The answer of the agent; empty where none serves, or this user may not ask it. */
async function answerOf(
  path: string,
  { root }: Asked,
  surroundings: Surroundings,
): Promise<JsonObject> {
  const { openClient } = await import("../commands/control/open-client.ts");
  try {
    const client = openClient(root === undefined ? {} : { root }, surroundings);
    return await client.ask({ method: "GET", path }, AbortSignal.timeout(ASKING_MS));
  } catch {
    return {};
  }
}
