import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { rebootKind } from "./kind.ts";
import type { RebootInput } from "./spec.ts";

const REQUIRED = "/run/reboot-required";

const needs: readonly Operation[] = [
  { type: "directory", path: "/run" },
  { type: "remove", path: REQUIRED },
];
const reason = fc.constantFrom("a new kernel", "a new C library");

kindConformance(rebootKind, {
  samples: fc.oneof(
    fc.record<KindSample<RebootInput>>({
      name: fc.constant("for updates"),
      input: fc.record({ reason, requiredBy: fc.constant(REQUIRED) }),
      needs: fc.constant(needs),
      before: fc.constant([]),
    }),
    // It goes down, and what is asked for in this boot never is done in it.
    fc.record<KindSample<RebootInput>>({
      name: fc.constant("for updates"),
      input: fc.oneof(fc.record({ reason }), fc.constant({ requiredBy: REQUIRED })),
      needs: fc.constant(needs),
      before: fc.constant([{ type: "write", path: REQUIRED, content: "" }]),
      refused: fc.constant("RebootPending" as const),
    }),
  ),
  tampers: () =>
    fc.constantFrom<Operation>(
      { type: "write", path: REQUIRED, content: "" },
      { type: "replace", path: REQUIRED, content: "*** restart required ***\n" },
    ),
  onReal: "never",
});
