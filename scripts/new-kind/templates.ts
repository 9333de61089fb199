// Long because: it is the text of the files of a kind, one after the other; nothing in it branches.
import { wordsOf } from "./kind-words.ts";

/** The files of a new kind, by their paths in the repository. */
export function templatesFor(name: string): Readonly<Record<string, string>> {
  const folder = `packages/resources/src/${name}`;
  const files = {
    [`${folder}/spec.ts`]: SPEC,
    [`${folder}/observe.ts`]: OBSERVE,
    [`${folder}/diff.ts`]: DIFF,
    [`${folder}/apply.ts`]: APPLY,
    [`${folder}/watch.ts`]: WATCH,
    [`${folder}/kind.ts`]: KIND,
    [`${folder}/conformance.test.ts`]: CONFORMANCE,
    [`docs/guide/kinds/${name}.md`]: PAGE,
  };
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, filled(text, name)]),
  );
}

/** `Sample`, `sampleKind` and `sample-kind` stand for the forms of the name. */
function filled(text: string, name: string): string {
  const { kind, type } = wordsOf(name);
  return text
    .trimStart()
    .replaceAll("sample-kind", name)
    .replaceAll("sampleKind", kind)
    .replaceAll("sampleSchema", kind.replace(/Kind$/, "Schema"))
    .replaceAll("Sample", type);
}

const SPEC = `
import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import { stateSchema } from "../declared-state.ts";

/** What an author writes under \`spec\` of a sample-kind; its name is the path. */
export const sampleSchema = z.strictObject({
  text: z.optional(z.string().check(z.describe("The text that should be there."))),
  state: stateSchema,
});

/** What an author writes under \`spec\` of a sample-kind. */
export type SampleInput = z.infer<typeof sampleSchema>;

/** What a sample-kind should be. */
export interface SampleSpec {
  readonly path: string;
  /** Not compared and not written for what is to be absent. */
  readonly text: string;
  readonly isAbsent: boolean;
}

/** Joins name and input, and reports what the schema cannot say. */
export function bindSample(name: string, input: SampleInput, report: BindReport): SampleSpec {
  checkAbsolutePath(name, "", report);
  const isAbsent = input.state === "absent";
  if (!isAbsent && input.text === undefined) {
    report("", "nothing to write", "write text, or state: absent");
  }
  return { path: name, text: input.text ?? "", isAbsent };
}

/** The same thing, not there. */
export function absentSample(spec: SampleSpec): SampleSpec {
  return { ...spec, isAbsent: true };
}
`;

const OBSERVE = `
import { Fault, type Observation, present, type ReadContext } from "@holdfast/core";
import { decodeText } from "../byte-text.ts";
import type { SampleInput, SampleSpec } from "./spec.ts";

/** What is there. */
export interface SampleObserved {
  readonly text: string;
}

/**
 * Observes one sample-kind. What cannot be read with certainty is unknown, never absent.
 * @throws {Fault} WrongType, ContentInvalid, ContentTooLarge.
 */
export async function observeSample(
  { path }: SampleSpec,
  { host, signal }: ReadContext,
): Promise<Observation<SampleObserved>> {
  const found = await host.files.read({ path, content: "bytes" }, signal);
  if (found.type !== "present") return found;
  const { entry, bytes } = found.value;
  if (entry.type !== "file") throw wrongType(path, entry.type);
  const text = bytes && decodeText(bytes);
  if (text === undefined) throw noText(path);
  return present({ text });
}

/** What an author would write to have what was observed. */
export function describeSample(_spec: SampleSpec, { text }: SampleObserved): SampleInput {
  return { text };
}

function wrongType(path: string, type: string): Fault {
  return new Fault({
    reason: "WrongType",
    message: \`\${path} is a \${type}\`,
    resolution: "Take it out of the way, or name another path.",
  });
}

function noText(path: string): Fault {
  return new Fault({
    reason: "ContentInvalid",
    message: \`\${path} holds no UTF-8 text, or more than is read\`,
    resolution: "Find out who writes it; until then it is left alone.",
  });
}
`;

const DIFF = `
import { type Change, change } from "@holdfast/core";
import { fingerprintOf } from "../fingerprint.ts";
import type { SampleObserved } from "./observe.ts";
import type { SampleSpec } from "./spec.ts";

/** Compares what is there with what is declared. Pure; empty means in sync. */
export function diffSample(
  spec: SampleSpec,
  observed: SampleObserved | undefined,
): readonly Change[] {
  if (spec.isAbsent) {
    return observed === undefined ? [] : [change("state", "present", undefined)];
  }
  return observed?.text === spec.text ? [] : [change("text", observed?.text, spec.text)];
}

/** What was observed as a short text: what \`diffSample\` distinguishes has another one. */
export function fingerprintSample({ text }: SampleObserved): string {
  return fingerprintOf(text);
}
`;

const APPLY = `
import type { KindAction, WriteContext } from "@holdfast/core";
import { encodeText } from "../byte-text.ts";
import type { SampleObserved } from "./observe.ts";
import type { SampleSpec } from "./spec.ts";

/**
 * Writes exactly the changes. It may be repeated, and it may be aborted anywhere.
 * @throws {Fault} what the file port says.
 */
export async function applySample(
  { spec, changes }: KindAction<SampleSpec, SampleObserved>,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { path, text, isAbsent } = spec;
  if (isAbsent) await host.files.remove({ path }, signal);
  else await host.files.write({ path, content: encodeText(text), attempt }, signal);
}
`;

const WATCH = `
import type { SampleSpec } from "./spec.ts";

/** The paths that decide about a sample-kind. */
export function watchedPathsOfSample({ path }: SampleSpec): readonly string[] {
  return [path];
}
`;

const KIND = `
import type { ResourceKind } from "@holdfast/core";
import { watchPaths } from "../path-watch.ts";
import { WATCHED_RESYNC_MS } from "../support.ts";
import { applySample } from "./apply.ts";
import { diffSample, fingerprintSample } from "./diff.ts";
import { describeSample, observeSample, type SampleObserved } from "./observe.ts";
import { absentSample, bindSample, sampleSchema, type SampleInput, type SampleSpec } from "./spec.ts";
import { watchedPathsOfSample } from "./watch.ts";

/** A text in a file of its own. Its name is its path. */
export const sampleKind: ResourceKind<SampleSpec, SampleObserved, undefined, SampleInput> = {
  kind: "sample-kind",
  summary: "A text in a file of its own.",
  // Claim nothing that was not run: add the platform to \`verified\` when its conformance is green there.
  support: { platforms: ["linux"], built: ["linux"], verified: [] },
  ports: ["files", "paths"],
  schema: sampleSchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindSample,
  lanes: ({ path }) => [\`path:\${path}\`],
  observe: observeSample,
  diff: diffSample,
  apply: applySample,
  temporaries: ({ path }) => [{ path }],
  watch: (specs, context, sink) => watchPaths(specs, watchedPathsOfSample, context, sink),
  fingerprint: fingerprintSample,
  isAbsent: ({ isAbsent }) => isAbsent,
  absent: absentSample,
  describe: describeSample,
  owns: ({ path }) => [{ thing: \`path:\${path}\`, isWhole: true }],
};
`;

const CONFORMANCE = `
import { kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { sampleKind } from "./kind.ts";

const PATH = "/srv/sample";

kindConformance(sampleKind, {
  samples: fc.record({
    name: fc.constant(PATH),
    input: fc.oneof(
      fc.record({ text: fc.constantFrom("", "one\\n", "two\\n") }),
      fc.record({ state: fc.constant("absent" as const) }),
    ),
    // What other resources would have done, and what a person would do after a refusal.
    needs: fc.constant<readonly Operation[]>([
      { type: "directory", path: "/srv" },
      { type: "remove", path: PATH },
    ]),
    // What is found there: nothing, as declared, or something else.
    before: fc.array(fc.constantFrom<Operation>({ type: "write", path: PATH, content: "one\\n" }), {
      maxLength: 1,
    }),
  }),
  // What somebody may do to it behind the agent's back: only what it has to notice.
  tampers: ({ input }) =>
    input.state === "absent"
      ? fc.constant<Operation>({ type: "write", path: PATH, content: "other\\n" })
      : fc.constantFrom<Operation>(
          { type: "write", path: PATH, content: "other\\n" },
          { type: "replace", path: PATH, content: "other\\n" },
          { type: "remove", path: PATH },
          { type: "remove", path: "/srv" },
        ),
});
`;

const PAGE = `
# sample-kind

A text in a file of its own. Its name is its path.

\`\`\`yaml
- kind: sample-kind
  name: /srv/sample
  spec: { text: "hello\\n" }
\`\`\`

| field   | meaning                                    |
| ------- | ------------------------------------------ |
| \`text\`  | required, unless it is to be absent        |
| \`state\` | \`present\` (default) or \`absent\`            |
`;
