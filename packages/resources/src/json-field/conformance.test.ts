import type { FaultReason } from "@holdfast/core";
import {
  type Operation,
  kindConformance,
  type KindSample,
  type KindSamples,
} from "@holdfast/testing";
import fc from "fast-check";
import { jsonFieldKind } from "./kind.ts";
import type { JsonFieldInput } from "./spec.ts";

const PATH = "/srv/app.json";
const write = (content: string): Operation => ({ type: "write", path: PATH, content });

/** A file in which every field of the samples can be set, and none is there. */
const READY =
  '{\n  // of others\n  "name": "é", // kept\n  "server": {"tls": true},\n  "list": [{"x": 0}]\n}\n';
const needs: readonly Operation[] = [{ type: "directory", path: "/srv" }, write(READY)];

const field = fc.constantFrom("port", "server.port", ["server", "a.b"], "list.0.port");
const value = fc.constantFrom(null, 0, "text é", [1, { a: 2 }], { deep: { list: [] } });
const found = fc.constantFrom<Operation>(
  write(READY),
  write(""),
  write("{}"),
  write('{"port":1,"server":{"port":0,"a.b":[1.0,{"a":2e0}]},"list":[{"port":"text é"}]}'),
  write('{\r\n\t"port": "text \\u00e9",\r\n\t"server": {},\r\n\t"list": [{},],\r\n}'),
);
const inTheWay = fc.constantFrom<Operation>(
  { type: "directory", path: PATH },
  { type: "fifo", path: PATH },
  { type: "symlink", path: PATH, target: "elsewhere" },
);

const anywhere: fc.Arbitrary<KindSample<JsonFieldInput>> = fc.record({
  name: fc.constant("a field"),
  input: fc.record<JsonFieldInput>({
    path: fc.constant(PATH),
    field: fc.constantFrom("port", "server.port", ["server", "a.b"]),
    value,
    create: fc.constant(true),
  }),
  needs: fc.constant(needs),
  before: fc.array(fc.oneof(found, fc.constant<Operation>({ type: "remove", path: PATH })), {
    maxLength: 1,
  }),
});
const inReady: fc.Arbitrary<KindSample<JsonFieldInput>> = fc.record({
  name: fc.constant("a field"),
  input: fc.oneof(
    fc.record<JsonFieldInput>({ path: fc.constant(PATH), field, value }),
    fc.record<JsonFieldInput>({ path: fc.constant(PATH), field, state: fc.constant("absent") }),
  ),
  needs: fc.constant(needs),
  before: fc.constant([]),
});
const refused = (
  reason: FaultReason,
  before: fc.Arbitrary<Operation>,
): fc.Arbitrary<KindSample<JsonFieldInput>> =>
  fc.record({
    name: fc.constant("a field"),
    input: fc.record<JsonFieldInput>({ path: fc.constant(PATH), field, value }),
    needs: fc.constant(needs),
    before: fc.tuple(before),
    refused: fc.constant(reason),
  });

const samples: KindSamples<JsonFieldInput> = {
  samples: fc.oneof(
    { weight: 4, arbitrary: anywhere },
    { weight: 4, arbitrary: inReady },
    refused("WrongType", inTheWay),
    refused("NotFound", fc.constant<Operation>({ type: "remove", path: PATH })),
    refused("AlreadyExists", fc.constantFrom(write("[]"), write('"text"'))),
    refused(
      "ContentInvalid",
      fc.constantFrom(write('{"a":1,"a":1}'), write("{"), write("\ufeff{}")),
    ),
  ),
  tampers: ({ input }) =>
    input.state === "absent"
      ? fc.constantFrom(write(OTHER), write(`${OTHER} `))
      : fc.oneof(
          inTheWay,
          fc.constantFrom<Operation>(
            write(OTHER),
            write(`${OTHER} `),
            write('{"server":1,"list":{}}'),
            write("{,}"),
            { type: "replace", path: PATH, content: OTHER },
            { type: "truncate", path: PATH, sizeBytes: 0 },
            { type: "truncate", path: PATH, sizeBytes: 1 },
            { type: "remove", path: PATH },
            { type: "remove", path: "/srv" },
            { type: "rename", path: "/srv", to: "/moved" },
          ),
        ),
};

/** Every field of the samples is there, with a value that none of them declares. */
const OTHER = '{"port":-1,"server":{"port":-1,"a.b":-1},"list":[{"port":-1}]}';

kindConformance(jsonFieldKind, samples);
