import {
  type Operation,
  kindConformance,
  type KindSample,
  type KindSamples,
} from "@holdfast/testing";
import fc from "fast-check";
import { lineKind } from "./kind.ts";
import type { LineInput } from "./spec.ts";

const PATH = "/etc/app.conf";

type What = Omit<LineInput, "path">;

const needs: readonly Operation[] = [
  { type: "directory", path: "/etc" },
  { type: "remove", path: PATH },
  { type: "write", path: PATH, content: "first\nlast\n" },
];

const texts = fc.constantFrom("port 80", "é", "", "port 80 # $&");
const place: fc.Arbitrary<What> = fc.constantFrom(
  {},
  { insertAfter: "^first" },
  { insertBefore: "^last" },
);
const oneLine: fc.Arbitrary<What> = fc.record(
  { line: texts, match: fc.constant("^port\\b") },
  { requiredKeys: ["line"] },
);
const block: fc.Arbitrary<What> = fc.record({
  block: fc.record({
    marker: fc.constantFrom("app", "; {mark} of app"),
    text: fc.constantFrom("", "one\n", "one\ntwo", "é\n\nthree\n"),
  }),
});
const input: fc.Arbitrary<LineInput> = fc
  .tuple(fc.oneof(oneLine, block), place, fc.constantFrom({}, { state: "absent" as const }))
  .map(([what, where, state]) => ({ path: PATH, ...what, ...where, ...state }));

const fragment = fc.constantFrom(
  "first\n",
  "last\r\n",
  "port 8080\n",
  "port 80\n",
  "# BEGIN HOLDFAST app\nold\n# END HOLDFAST app\n",
  "; BEGIN of app\n",
  "\n",
  "\u00e9\u0000\u00e9",
  "\u00ef\u00bb\u00bf",
);
const file: fc.Arbitrary<Operation> = fc.record({
  type: fc.constant("write" as const),
  path: fc.constant(PATH),
  content: fc.array(fragment, { maxLength: 5 }).map((fragments) => fragments.join("")),
  encoding: fc.constant("latin1" as const),
  mode: fc.constantFrom(0o644, 0o640, 0o4755),
});
const inTheWay = fc.constantFrom<Operation>(
  { type: "directory", path: PATH },
  { type: "fifo", path: PATH },
  { type: "symlink", path: PATH, target: "elsewhere" },
);
const present = input.map(({ state: _, ...one }) => one);

const granted: fc.Arbitrary<KindSample<LineInput>> = fc.record({
  name: fc.constant("a line"),
  input,
  needs: fc.constant(needs),
  before: fc.array(file, { maxLength: 1 }),
});

/** What takes the declared line away, or brings it back where it should not be. */
function tampers({ input: declared }: KindSample<LineInput>): fc.Arbitrary<Operation> {
  const { line, block: wanted } = declared;
  if (declared.state !== "absent") {
    return fc.oneof(
      inTheWay,
      fc.constantFrom<Operation>(
        { type: "write", path: PATH, content: "edited in place\n" },
        { type: "replace", path: PATH, content: "replaced\nby rename\n" },
        { type: "truncate", path: PATH, sizeBytes: 0 },
        { type: "remove", path: PATH },
        { type: "remove", path: "/etc" },
        { type: "rename", path: "/etc", to: "/moved" },
      ),
    );
  }
  const marker = wanted?.marker === "app" ? "# {mark} HOLDFAST app" : (wanted?.marker ?? "");
  const [begin, end] = [marker.replace("{mark}", "BEGIN"), marker.replace("{mark}", "END")];
  const back = wanted === undefined ? `${line}\n` : `${begin}\nback\n${end}\n`;
  return fc.oneof(
    inTheWay,
    fc.constantFrom<Operation>(
      { type: "write", path: PATH, content: back },
      { type: "replace", path: PATH, content: `more\n${back}more` },
    ),
  );
}

const samples: KindSamples<LineInput> = {
  samples: fc.oneof(
    { weight: 4, arbitrary: granted },
    fc.record({
      name: fc.constant("a line"),
      input: present,
      needs: fc.constant(needs),
      before: fc.constant<readonly Operation[]>([{ type: "remove", path: PATH }]),
      refused: fc.constant("NotFound" as const),
    }),
    fc.record({
      name: fc.constant("a line"),
      input,
      needs: fc.constant(needs),
      before: fc.tuple(inTheWay),
      refused: fc.constant("WrongType" as const),
    }),
  ),
  tampers,
};

kindConformance(lineKind, samples);
