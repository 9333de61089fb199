import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  ABSENT,
  type Change,
  change,
  Fault,
  type HostReader,
  type HostWriter,
  type JsonObject,
  present,
  type ResourceKind,
  unknown,
} from "@holdfast/core";
import fc from "fast-check";
import * as z from "zod/mini";
import type { Operation } from "../../operations/operation.ts";
import { openRealMachine } from "../../real-host/real-machine.ts";
import { openSimulatedMachine } from "../../law-machines/simulated-machine.ts";
import {
  absentUndoesPresent,
  applyConvergesOrRefuses,
  applyMayBeRepeated,
  describedIsTheSame,
  survivesJson,
} from "./apply-laws.ts";
import { kindConformance } from "./kind-conformance.ts";
import type { Drawn, Law, MortalLaw } from "./law.ts";
import { observingWritesNothing, unknownIsNotAbsent } from "./observe-laws.ts";
import type { KindSample } from "./samples.ts";
import { tamperingIsSeen } from "./tamper-law.ts";
import { testOf } from "./test-run.ts";
import { survivesLossOfPower, survivesTrouble } from "./trouble-laws.ts";

const PATH = "/srv/note";

interface NoteInput {
  readonly text: string;
  readonly isAbsent?: boolean | undefined;
}

interface Note {
  readonly text: string;
  readonly mode: number;
}

type NoteKind = ResourceKind<NoteInput, Note, undefined, NoteInput>;

/** A small kind without a mistake: a file of mode 0600 with one text. */
const note: NoteKind = {
  kind: "note",
  summary: "A note.",
  support: { platforms: ["linux"], built: ["linux"], verified: [] },
  ports: ["files", "paths"],
  schema: z.object({ text: z.string(), isAbsent: z.optional(z.boolean()) }),
  resyncMs: 1_000,
  bind: (_name, input) => input,
  async observe(_spec, { host, signal }) {
    const found = await host.files.read({ path: PATH, content: "bytes" }, signal);
    if (found.type !== "present") return found;
    const { bytes, entry } = found.value;
    if (bytes === undefined) throw fault("WrongType", "a note is a file");
    return present({ text: new TextDecoder().decode(bytes), mode: entry.mode });
  },
  diff({ text, isAbsent }, observed) {
    if (isAbsent === true)
      return observed === undefined ? [] : [change("state", "there", undefined)];
    const changes: Change[] = [];
    if (observed?.text !== text) changes.push(change("text", observed?.text, text));
    if (observed?.mode !== 0o600) changes.push(change("mode", observed?.mode, 0o600));
    return changes;
  },
  async apply({ spec, changes }, { host, attempt, signal }) {
    if (changes.length === 0) return;
    if (spec.isAbsent === true) await host.files.remove({ path: PATH }, signal);
    else {
      const content = new TextEncoder().encode(spec.text);
      await host.files.write({ path: PATH, content, mode: 0o600, attempt }, signal);
    }
  },
  temporaries: () => [{ path: PATH }],
  watch: (_specs, { host, signal }, sink) =>
    host.paths.watch(
      [PATH],
      (hint) => (hint.type === "overflow" ? sink.overflow() : sink.hint(0, hint.trigger)),
      signal,
    ),
  fingerprint: ({ text, mode }) => `${mode} ${text}`,
  isAbsent: ({ isAbsent }) => isAbsent === true,
  absent: (spec) => ({ ...spec, isAbsent: true }),
  describe: (_spec, { text, mode }) => (mode === 0o600 ? { text } : undefined),
  details: ({ text }): JsonObject => ({ length: text.length }),
};

const sample: KindSample<NoteInput> = {
  name: "a note",
  input: { text: "new" },
  needs: [
    { type: "directory", path: "/srv" },
    { type: "remove", path: PATH },
  ],
  before: [{ type: "write", path: PATH, content: "old", mode: 0o600 }],
};
const tampers: readonly Operation[] = [
  { type: "write", path: PATH, content: "edited", mode: 0o600 },
  { type: "remove", path: PATH },
  { type: "replace", path: PATH, content: "replaced" },
  { type: "chmod", path: PATH, mode: 0o666 },
  { type: "remove", path: "/srv" },
];

function drawn(kind: NoteKind, more: Partial<KindSample<NoteInput>> = {}): Drawn {
  const testRun = testOf(kind, { ...sample, ...more });
  return { testRun, tampers, errno: "EIO", seed: 1, troubledCalls: 400 };
}

/** The law holds for the kind as it is, and notices what was broken in it, on both machines. */
async function notices(
  law: Law,
  broken: Partial<NoteKind>,
  expected: RegExp,
  more: Partial<KindSample<NoteInput>> = {},
): Promise<void> {
  for (const open of [openSimulatedMachine, openRealMachine]) {
    const { refused: _, ...start } = more;
    await law(drawn(note, start), open);
    await assert.rejects(law(drawn({ ...note, ...broken }, more), open), expected);
  }
}

/** Likewise, where nothing but the simulated machine can do it, or do it soon. */
async function noticesSimulated(
  law: MortalLaw,
  broken: Partial<NoteKind>,
  expected: RegExp,
): Promise<void> {
  await law(drawn(note), openSimulatedMachine);
  await assert.rejects(law(drawn({ ...note, ...broken }), openSimulatedMachine), expected);
}

function fault(reason: "WrongType" | "HostFailed", message: string): Fault {
  return new Fault({ reason, message, resolution: "Correct the test." });
}

function isWriter(host: HostReader): host is HostWriter {
  return "downloads" in host;
}

function writeTo(host: HostReader, path: string): Promise<void> {
  assert.ok(isWriter(host));
  const request = { path, content: new Uint8Array(), attempt: "broken" };
  return host.files.write(request, new AbortController().signal);
}

kindConformance(note, {
  samples: fc.constant(sample),
  tampers: () => fc.constantFrom(...tampers),
});

suite("law 1: looking writes nothing", () => {
  test("notices an observe that writes", () =>
    notices(
      observingWritesNothing,
      {
        async observe(spec, context) {
          await writeTo(context.host, "/srv/cache");
          return note.observe(spec, context);
        },
      },
      /an observation writes nothing/,
    ));

  test("notices an observe that records something, though nothing differs afterwards", () =>
    notices(
      observingWritesNothing,
      {
        async observe(spec, context) {
          assert.ok(isWriter(context.host));
          await context.host.files.setAttributes({ path: PATH, mode: 0o600 }, context.signal);
          return note.observe(spec, context);
        },
      },
      /an observation writes nothing/,
    ));
});

suite("law 2: after apply nothing differs, or nothing is touched", () => {
  test("notices an apply that forgets the mode", () =>
    notices(
      applyConvergesOrRefuses,
      {
        async apply({ spec }, { host, attempt, signal }) {
          const content = new TextEncoder().encode(spec.text);
          await host.files.write({ path: PATH, content, mode: 0o644, attempt }, signal);
        },
      },
      /was applied without a fault, and still differs/,
    ));

  test("notices a refusal that has touched something, and one that did not come", async () => {
    const refusing = {
      async apply(_: unknown, { host }: { readonly host: HostReader }) {
        await writeTo(host, "/srv/half");
        throw fault("WrongType", "refused");
      },
    };
    const touched = /what is refused leaves everything as it was/;
    await notices(applyConvergesOrRefuses, refusing, touched, { refused: "WrongType" });
    await notices(applyConvergesOrRefuses, {}, /should be refused for WrongType/, {
      refused: "WrongType",
    });
  });

  test("D20: notices who foretells what can be had, and who foretells nothing of what will be refused", async () => {
    const refuse = async (): Promise<never> => {
      throw fault("WrongType", "refused");
    };
    await notices(applyConvergesOrRefuses, { foresee: refuse }, /foretold: refused/);
    const silent = { apply: refuse, foresee: async () => {} };
    await notices(applyConvergesOrRefuses, silent, /foretold: undefined/, { refused: "WrongType" });
  });
});

suite("law 3: apply may be repeated", () => {
  test("notices an apply that writes though nothing differs", () =>
    notices(
      applyMayBeRepeated,
      {
        apply: (action, context) =>
          note.apply({ ...action, changes: [change("text", 1, 2)] }, context),
      },
      /where nothing differs an apply writes/,
    ));

  test("notices an apply that fails when its action is out of date", () =>
    notices(
      applyMayBeRepeated,
      {
        async apply(action, context) {
          const now = await note.observe(action.spec, context);
          if (now.type === "present" && now.value.text !== action.observed?.text)
            throw fault("HostFailed", "somebody else was here");
          await note.apply(action, context);
        },
      },
      /somebody else was here/,
    ));
});

suite("law 4: whichever call fails, hangs or is aborted", () => {
  test("notices an error that is no Fault", () =>
    notices(
      survivesTrouble,
      {
        async apply(action, context) {
          try {
            await note.apply(action, context);
          } catch (error) {
            throw new TypeError("oops", { cause: error });
          }
        },
      },
      /call \d+, \w+: \w+: oops/,
    ));

  test("notices a failure that is swallowed", () =>
    notices(
      survivesTrouble,
      { apply: (action, context) => note.apply(action, context).catch(() => {}) },
      /was applied without a fault, and still differs/,
    ));

  test("notices what is left behind", () =>
    notices(
      survivesTrouble,
      {
        async apply(action, context) {
          if (action.changes.length === 0) return;
          await writeTo(context.host, "/srv/note.part");
          await note.apply(action, context);
          await context.host.files.remove({ path: "/srv/note.part" }, context.signal);
        },
      },
      /something is left behind/,
    ));

  test("notices a promise that stays open after the abort", () =>
    assert.rejects(
      survivesTrouble(
        drawn({
          ...note,
          apply: (action, context) =>
            note.apply(action, context).catch(() => new Promise<never>(() => {})),
        }),
        openSimulatedMachine,
      ),
      /waits for something that never happens/,
    ));
});

suite("law 5: power lost before any call", () => {
  test("notices temporaries that are not reported", () =>
    noticesSimulated(
      survivesLossOfPower,
      { temporaries: () => [] },
      /power lost before call \d+, \w+: it ends as if nothing had been/,
    ));

  test("notices an apply that takes the old away before the new is there", () =>
    noticesSimulated(
      survivesLossOfPower,
      {
        async apply(action, context) {
          if (action.changes.length > 0)
            await context.host.files.remove({ path: PATH }, context.signal);
          await note.apply(action, context);
        },
      },
      /\/srv\/note is gone, and neither old nor new/,
    ));

  test("notices new content with rights that are not yet the declared ones", () =>
    noticesSimulated(
      survivesLossOfPower,
      {
        async apply({ spec, changes }, { host, attempt, signal }) {
          if (changes.length === 0) return;
          const content = new TextEncoder().encode(spec.text);
          await host.files.write({ path: PATH, content, mode: 0o644, attempt }, signal);
          await host.files.setAttributes({ path: PATH, mode: 0o600 }, signal);
        },
      },
      /\/srv\/note is new, with other attributes/,
    ));
});

suite("law 6: tampering is seen and hinted", () => {
  test("notices a watch that is deaf after the first removal", () =>
    noticesSimulated(
      tamperingIsSeen,
      {
        watch(specs, context, sink) {
          let isDeaf = false;
          return (
            note.watch?.(specs, context, {
              ...sink,
              hint(position, trigger) {
                if (!isDeaf) sink.hint(position, trigger);
                isDeaf ||= trigger.startsWith("delete") || trigger.startsWith("remove");
              },
            }) ?? assert.fail()
          );
        },
      },
      /tamper \d+, .* is not hinted/,
    ));

  test("notices an observe that remembers the last apply", () => {
    const fresh = new WeakSet<object>();
    return notices(
      tamperingIsSeen,
      {
        observe: (spec, context) =>
          fresh.has(spec)
            ? Promise.resolve(present({ text: spec.text, mode: 0o600 }))
            : note.observe(spec, context),
        async apply(action, context) {
          await note.apply(action, context);
          fresh.add(action.spec);
        },
      },
      /tamper 1, .* is not seen/,
      { input: { text: "remembered" } },
    );
  });
});

suite("law 7: unknown is not absent", () => {
  test("notices an outage that reads as absent", () =>
    notices(
      unknownIsNotAbsent,
      {
        async observe(spec, context) {
          const found = await note.observe(spec, context);
          return found.type === "unknown" ? ABSENT : found;
        },
      },
      /an observation is wrong when call \d+, \w+, fails/,
    ));

  test("is content with unknown, thrown or returned", () =>
    unknownIsNotAbsent(
      drawn({ ...note, observe: () => unknown(fault("HostFailed", "no idea")) }),
      openSimulatedMachine,
    ));
});

suite("law 8: absent undoes present", () => {
  test("notices what stays", () =>
    notices(
      absentUndoesPresent,
      {
        async apply(action, context) {
          await note.apply(action, context);
          if (action.spec.isAbsent !== true) await writeTo(context.host, "/srv/note.old");
        },
      },
      /declared absent, it is not as if it had never been/,
    ));
});

suite("law 9: what is described is what is there", () => {
  test("notices a description of something else", () =>
    notices(
      describedIsTheSame,
      { describe: () => ({ text: "something else" }) },
      /what was described is not what was observed/,
    ));

  test("notices an absence that does not say so", () =>
    notices(
      absentUndoesPresent,
      { absent: (spec) => ({ ...spec, isAbsent: false }) },
      /what should not be there says so/,
    ));
});

suite("law 10: what is shown survives JSON", () => {
  test("notices details that JSON makes something else of", () =>
    notices(survivesJson, { details: () => ({ since: Number.NaN }) }, /survives JSON/));

  test("notices a fingerprint that hides a difference", () =>
    notices(survivesJson, { fingerprint: () => "there" }, /a fingerprint hides/));

  test("notices a spec that is another when it was written", () =>
    notices(
      survivesJson,
      {
        bind: (_, input) => ({ ...input, isAbsent: Object.hasOwn(input, "isAbsent") }),
      },
      /a spec that was written as JSON is another/,
      { input: { text: "new", isAbsent: undefined } },
    ));
});
