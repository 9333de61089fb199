import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import type { SwapInput } from "./fields.ts";
import { swapKind } from "./kind.ts";

const FILE = "/srv/swap";
const FSTAB = "/etc/fstab";
const THEIRS = "# theirs\nUUID=0a34  none\tswap sw 0 0 # a device\n\n";
/** The least that there is: every byte of it is in each comparison. */
const size = "40K";

const input = fc.constantFrom<SwapInput[]>(
  { size },
  { size: 40_960, priority: 5, options: "discard,nofail" },
  { size, active: false },
  { size, active: "unmanaged", persisted: false },
  { size, persisted: false, priority: 0 },
  { size, state: "absent" },
);
const fstab = (line: string): Operation => ({
  type: "write",
  path: FSTAB,
  content: `${THEIRS}${line}\n# end`,
});
const swap = (verb: "swapon" | "swapoff"): Operation => ({ type: "mount", verb, path: FILE });
const needs: readonly Operation[] = [
  swap("swapoff"),
  { type: "directory", path: "/srv" },
  { type: "remove", path: FILE },
  { type: "write", path: FSTAB, content: THEIRS },
];
const found = fc.constantFrom<Operation>(
  { type: "write", path: FILE, content: "", mode: 0o644 },
  fstab(`${FILE} none swap sw,pri=5 0 0`),
  fstab(`${FILE} swap swap defaults`),
  { type: "remove", path: FSTAB },
);
const samples: fc.Arbitrary<KindSample<SwapInput>> = fc
  .record({
    name: fc.constant(FILE),
    input,
    needs: fc.constant(needs),
    before: fc.array(found, { maxLength: 2 }),
  })
  .map((sample) => ({ ...sample, isUnnoticed: typeof sample.input.active !== "string" }));

kindConformance(swapKind, {
  samples,
  troubledCalls: 6,
  onReal: { runs: 2, troubledCalls: 3, tampers: 8 },
  tampers({ input: { state, active, persisted } }) {
    if (state === "absent")
      return fc.constantFrom<Operation>(
        { type: "write", path: FILE, content: "" },
        fstab(`${FILE} none swap`),
      );
    return fc.constantFrom<Operation>(
      { type: "chmod", path: FILE, mode: 0o644 },
      ...(active === undefined ? [swap("swapoff")] : [{ type: "remove", path: FILE } as const]),
      ...(active === false ? [swap("swapon")] : []),
      fstab(persisted === false ? `${FILE} none swap` : ""),
    );
  },
});
