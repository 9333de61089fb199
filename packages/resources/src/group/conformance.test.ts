import { kindConformance, type KindSample, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import {
  ACCOUNT_BOOKKEEPING,
  accountFiles,
  GROUP_FILE,
  replaced,
} from "../account/testing/account-files.ts";
import { groupKind } from "./kind.ts";
import type { GroupInput } from "./spec.ts";

const gid = fc.constantFrom(2001, 2002);

function lineOf(line: string): Operation {
  return replaced("group", `${GROUP_FILE}${line}\n`);
}

const start = fc.constantFrom(
  lineOf("web:x:2001:"),
  lineOf("web:x:2002:app"),
  lineOf("other:x:2003:"),
  lineOf("not a line"),
);
const without = fc.constantFrom(lineOf("other:x:2003:"), lineOf("# no line"));

const samples: fc.Arbitrary<KindSample<GroupInput>> = fc.record({
  name: fc.constant("web"),
  input: fc.oneof(
    fc.record({ gid, system: fc.boolean() }, { requiredKeys: [] }),
    fc.constant({ state: "absent" as const }),
  ),
  needs: fc.constant(accountFiles),
  before: fc.array(start, { maxLength: 1 }),
});

kindConformance(groupKind, {
  samples,
  troubledCalls: 12,
  onReal: { runs: 10, troubledCalls: 8, tampers: 40 },
  bookkeeping: ACCOUNT_BOOKKEEPING,
  tampers({ input }) {
    if (input.state === "absent") return fc.constantFrom(lineOf("web:x:2001:"), lineOf("web:x:7:"));
    if (input.gid === undefined) return without;
    return fc.oneof(without, fc.constant(lineOf("web:x:2009:app")));
  },
});
