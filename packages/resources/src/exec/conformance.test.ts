import {
  type Behaviour,
  type Operation,
  kindConformance,
  type KindSample,
  type KindSamples,
  type SimulatedKernel,
} from "@holdfast/testing";
import fc from "fast-check";
import { execKind } from "./kind.ts";
import type { ExecInput } from "./fields.ts";

const DONE = "/srv/done";
const TRIED = "/srv/tried";

/**
 * Scripts for a real shell, and what each does on a simulated machine, which has none. The files are empty, so that a shell
 * that is killed leaves each whole or not at all.
 */
const TOUCH = ': > "$HOLDFAST_ROOT/srv/done"';
const SECOND_TRY = `test -e "$HOLDFAST_ROOT${TRIED}" || { : > "$HOLDFAST_ROOT${TRIED}"; exit 7; }; ${TOUCH}`;
const IS_DONE = 'test -e "$HOLDFAST_ROOT/srv/done"';
const IS_NEEDED = `! ${IS_DONE}`;
const BROKEN = "echo no >&2; exit 3";

const make = (kernel: SimulatedKernel) => {
  kernel.tamper.write(DONE, "");
  return {};
};
const isDone = (kernel: SimulatedKernel) => kernel.inspect.stat(DONE) !== undefined;
const scripts: Readonly<Record<string, Behaviour>> = {
  [TOUCH]: (_, kernel) => make(kernel),
  [SECOND_TRY](_, kernel) {
    if (kernel.inspect.stat(TRIED) !== undefined) return make(kernel);
    kernel.tamper.write(TRIED, "");
    return { exitCode: 7 };
  },
  [IS_DONE]: (_, kernel) => ({ exitCode: isDone(kernel) ? 0 : 1 }),
  [IS_NEEDED]: (_, kernel) => ({ exitCode: isDone(kernel) ? 1 : 0 }),
  [BROKEN]: () => ({ exitCode: 3, stderr: "no\n" }),
};
const sh = (script: string): string[] => ["/bin/sh", "-c", script];

const needs: readonly Operation[] = [
  { type: "directory", path: "/srv" },
  { type: "remove", path: DONE },
  { type: "remove", path: TRIED },
];
const done: Operation = { type: "write", path: DONE, content: "" };

const guards: fc.Arbitrary<Partial<ExecInput>> = fc.constantFrom(
  { creates: DONE },
  { unless: sh(IS_DONE) },
  { onlyIf: sh(IS_NEEDED) },
  { creates: DONE, unless: sh(IS_DONE), onlyIf: sh(IS_NEEDED) },
  { creates: DONE, idempotencyKey: "guarded" },
);
const commands: fc.Arbitrary<ExecInput> = fc.constantFrom<ExecInput>(
  { command: sh(TOUCH) },
  { command: sh(TOUCH), successCodes: [0, 4], stdin: "x", env: { A: "b" } },
  { command: sh(SECOND_TRY), retries: 2, retryDelayMs: 1 },
);
const sampleOf = (input: ExecInput): Omit<KindSample<ExecInput>, "before"> => ({
  name: "a command",
  input,
  needs,
  isUnnoticed: input.creates === undefined,
});

const guarded: fc.Arbitrary<KindSample<ExecInput>> = fc
  .record({ command: commands, guard: guards, before: fc.subarray([done]) })
  .map(({ command, guard, before }) => ({ ...sampleOf({ ...command, ...guard }), before }));
const inShell: fc.Arbitrary<KindSample<ExecInput>> = fc.constant({
  ...sampleOf({ command: TOUCH, shell: true, unless: IS_DONE }),
  before: [],
});
/** Nothing but its key says whether it ran, so nothing that is done to what it made is noticed. */
const once: fc.Arbitrary<KindSample<ExecInput>> = commands.map((command) => ({
  ...sampleOf({ ...command, idempotencyKey: "once" }),
  before: [],
}));
const refused: fc.Arbitrary<KindSample<ExecInput>> = fc.constantFrom<KindSample<ExecInput>>(
  { ...sampleOf({ command: sh(BROKEN), creates: DONE }), before: [], refused: "CommandFailed" },
  {
    ...sampleOf({ command: sh(BROKEN), idempotencyKey: "broken", retries: 1, retryDelayMs: 1 }),
    before: [],
    refused: "CommandFailed",
  },
  {
    ...sampleOf({ command: ["/missing/program"], creates: DONE }),
    before: [],
    refused: "CommandNotFound",
  },
  {
    ...sampleOf({ command: sh(TOUCH), unless: ["/missing/guard"] }),
    before: [],
    refused: "CommandNotFound",
  },
);

const samples: KindSamples<ExecInput> = {
  samples: fc.oneof({ weight: 4, arbitrary: guarded }, inShell, once, refused),
  tampers: ({ input }) =>
    input.idempotencyKey === undefined
      ? fc.constantFrom<Operation>(
          { type: "remove", path: DONE },
          { type: "rename", path: DONE, to: "/srv/elsewhere" },
          { type: "remove", path: "/srv" },
        )
      : fc.constant<Operation>({ type: "remove", path: "/srv/nothing" }),
  programs: {
    ...Object.fromEntries(
      Object.entries(scripts).map(([script, behaviour]) => [sh(script).join(" "), behaviour]),
    ),
    "/missing/program": "missing",
    "/missing/guard": "missing",
  },
};

kindConformance(execKind, samples);
