import { kindConformance, type KindSample, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import {
  ACCOUNT_BOOKKEEPING,
  accountFiles,
  GROUP_FILE,
  PASSWD_FILE,
  replaced,
  SHADOW_FILE,
} from "../account/testing/account-files.ts";
import type { UserInput } from "./fields.ts";
import { userKind } from "./kind.ts";

const HASH = "$6$salt$Hwx1zQYbWf2Yp0Hq2Sgk.JNw4Yf1";
const HOME = "/srv/web";

const userLine = (line: string): Operation => replaced("passwd", `${PASSWD_FILE}${line}\n`);
const groupLines = (...lines: readonly string[]): Operation =>
  replaced("group", `${GROUP_FILE}${lines.join("\n")}\n`);
const shadowLine = (line: string): Operation =>
  replaced("shadow", `${SHADOW_FILE}${line}\n`, 0o600);

const needs: readonly Operation[] = [
  ...accountFiles,
  groupLines("staff:x:50:", "ops:x:51:app"),
  { type: "directory", path: "/srv" },
  { type: "remove", path: HOME },
  { type: "directory", path: "/home" },
  { type: "remove", path: "/home/web" },
];
/** Somebody's user of the name, made by hand. */
const there: readonly Operation[] = [
  userLine("web:x:1500:50:by hand:/srv/web:/bin/sh"),
  groupLines("staff:x:50:", "ops:x:51:app,web", "web:x:1500:"),
];
const starts: fc.Arbitrary<readonly Operation[]> = fc.constantFrom<readonly Operation[]>(
  [],
  [...there, shadowLine("web:!:19000:0:99999:7:::")],
  [...there, shadowLine("web:$6$other$x:19000:1:90:7:30:20000:")],
  // Cut off in the middle of its making.
  there,
);

const input: fc.Arbitrary<UserInput> = fc.record(
  {
    uid: fc.constantFrom(1500, 1600),
    group: fc.constantFrom("staff", 50, "app"),
    groups: fc.constantFrom<string[][]>([], ["staff"], ["staff", "ops"]),
    comment: fc.constantFrom("", "The web, é"),
    home: fc.constant(HOME),
    createHome: fc.boolean(),
    shell: fc.constantFrom("/bin/sh", "/usr/sbin/nologin"),
    system: fc.boolean(),
    removeHome: fc.constant(true),
    password: fc.constantFrom(HASH, "*"),
    passwordAge: fc.record(
      { minDays: fc.constantFrom(0, 7), maxDays: fc.constantFrom<(number | "none")[]>(90, "none") },
      { requiredKeys: [] },
    ),
    expires: fc.constantFrom("never", "2031-02-28"),
    subuids: fc.constantFrom([], [{ first: 100_000, count: 65_536 }]),
  },
  { requiredKeys: ["removeHome"] },
);
const exact = input.chain((drawn) =>
  fc.constantFrom<UserInput[]>(
    { ...drawn, groups: ["ops"], exactGroups: true },
    { ...drawn, password: HASH, locked: true },
    { ...drawn, password: HASH, locked: false },
    { state: "absent" },
    drawn,
  ),
);

const samples: fc.Arbitrary<KindSample<UserInput>> = fc.record({
  name: fc.constant("web"),
  input: exact,
  needs: fc.constant(needs),
  before: starts,
  isStepwise: fc.constant(true),
});

const gone = userLine("other:x:1700:50::/:/bin/sh");

kindConformance(userKind, {
  samples,
  troubledCalls: 12,
  // The day on which a password was set is today for who is made anew; a home that was made stays, with what is in it.
  beyondUndo: (fingerprint) =>
    fingerprint.replace(/"lastChangeDay":\d+/, "").replace(',"homeType":"directory"', ""),
  onReal: { runs: 10, troubledCalls: 8, tampers: 40 },
  bookkeeping: ACCOUNT_BOOKKEEPING,
  tampers({ input: { state, uid, groups, password, createHome, home } }) {
    if (state === "absent") return fc.constant(userLine("web:x:1500:50::/:/bin/sh"));
    const tampers = [gone];
    if (uid !== undefined) tampers.push(userLine("web:x:1999:50::/:/bin/sh"));
    if (groups?.includes("staff") === true) tampers.push(groupLines("staff:x:50:", "ops:x:51:"));
    if (password !== undefined) tampers.push(shadowLine("web:$6$more$y:19000::::::"));
    if (createHome === true && home !== undefined) tampers.push({ type: "remove", path: HOME });
    return fc.constantFrom(...tampers);
  },
});
