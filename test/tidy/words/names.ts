import type { SourceFile } from "../repository.ts";
import { type Rule, type Violation, violation } from "../rule.ts";
import { child, children, type SyntaxNode, text, visit } from "../syntax.ts";

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const BANNED_FILES =
  /^(?:types?|utils?|helpers?|common|misc|lib|shared|managers?|handlers?|constants|interfaces)$/;
/** Words of a name, and what to write instead. */
const BANNED_WORDS: Readonly<Record<string, string>> = {
  manager: "say what it does: queue, supervisor, registry",
  handler: "name the function after what it does",
  handlers: "name the functions after what they do",
  helper: "name it after what it does",
  helpers: "name them after what they do",
  util: "name it after what it does",
  utils: "name them after what they do",
  ctx: "context",
  cfg: "config",
  opts: "options",
  req: "request",
  res: "response or result",
  err: "error",
  cb: "name the callback after what it does",
  fn: "name the function after what it does",
  idx: "index or position",
  tmp: "temporary",
  str: "text",
  msg: "message",
  evt: "event",
  impl: "name it after how it does it",
  arr: "name the list after what is in it",
  tracked: "record, ResourceRecord",
  population: "store, ResourceStore",
  intake: "router, HintRouter",
  inquiry: "waiter, query",
  inquiries: "waiters, queries",
  leftover: "stale temporary",
  leftovers: "stale temporaries",
  stranger: "orphaned intent, outsider",
  strangers: "orphaned intents, outsiders",
  rings: "timers",
  look: "observe, read, find",
  looks: "observations",
  looked: "observed",
  looking: "observing",
  told: "published, reported",
  untold: "unknown",
  heard: "trigger, noticed",
  unheard: "unnoticed",
  conceal: "redact",
  concealed: "redacted",
  concealment: "redaction",
  reveal: "resolve",
  revealed: "resolved",
  troubles: "conditions, faults",
  presence: "control server",
  deed: "operation",
  deeds: "operations",
  hand: "actor",
  cell: "fake resource",
  cells: "fake resources",
  statute: "law",
  statutes: "laws",
  witness: "recorder",
  trial: "test",
  trials: "tests",
  life: "run",
  lives: "runs",
};

/** Files are kebab-case and named after what they export. */
export const fileNames: Rule = {
  name: "file names say what is inside",
  check: ({ files }) =>
    files.flatMap(({ path }) => {
      const message = path
        .split("/")
        .map(judgePart)
        .find((found) => found !== undefined);
      return message === undefined ? [] : [{ path, line: 1, message }];
    }),
};

/** Names use the project's words. */
export const identifiers: Rule = {
  name: "names use the words of the glossary, without abbreviations",
  check: ({ files }) => files.flatMap(checkNames),
};

function judgePart(part: string): string | undefined {
  const bare = part.replace(/\.(?:(?:long\.)?test\.ts|blueprint\.ts|config\.ts|d\.ts|ts|js)$/, "");
  if (!KEBAB.test(bare))
    return `${part} is not kebab-case: write lower-case words joined by hyphens`;
  if (!BANNED_FILES.test(bare)) return undefined;
  return `${part} says nothing: name it after what it exports; a type lives with the code that makes it true`;
}

function checkNames(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node) => {
    for (const named of declared(node)) {
      const name = text(named, "name") ?? "";
      for (const word of wordsOf(name)) {
        const instead = Object.hasOwn(BANNED_WORDS, word) ? BANNED_WORDS[word] : undefined;
        if (instead === undefined) continue;
        found.push(violation(file, named.start, `"${word}" in ${name}: ${instead}`));
      }
    }
  });
  return found;
}

/** The identifiers that a node gives to the world: its own name, its parameters, its members. */
function declared(node: SyntaxNode): readonly SyntaxNode[] {
  const isMember =
    /^(?:PropertyDefinition|MethodDefinition|TSPropertySignature|TSMethodSignature)$/;
  const names = [child(node, "id"), ...children(node, "params").map(parameter)];
  if (isMember.test(node.type)) names.push(child(node, "key"));
  return names
    .filter((name) => name?.type === "Identifier" || name?.type === "PrivateIdentifier")
    .filter((name) => name !== undefined);
}

/** A parameter's name, under a default or a rest. */
function parameter(node: SyntaxNode): SyntaxNode {
  return child(node, "left") ?? child(node, "argument") ?? node;
}

/** `openHttpFile` → open, http, file; `MAX_LINES` → max, lines. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[_$]+/);
}
