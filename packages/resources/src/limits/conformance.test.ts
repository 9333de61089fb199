import { kindConformance } from "@holdfast/testing";
import fc from "fast-check";
import { renderedSamples } from "../rendered-file/testing/rendered-samples.ts";
import type { LimitsInput } from "./fields.ts";
import { limitsKind } from "./kind.ts";
import { limitsText } from "./limits-text.ts";

const limits = { nofile: { soft: 1024, hard: 65_536 }, core: 0, memlock: "unlimited" as const };
const present = fc.constantFrom<LimitsInput[]>(
  { domain: "*", limits },
  { domain: "@web", limits: { nice: -5 } },
  { domain: "app", limits: { nproc: { soft: 100 } } },
);

kindConformance(
  limitsKind,
  renderedSamples<LimitsInput>({
    name: "web",
    path: "/etc/security/limits.d/90-holdfast-web.conf",
    present,
    absent: { state: "absent" },
    unknownAccount: fc.constantFrom("ghost", "@ghost").map((domain) => ({ domain, limits })),
    needs: [
      { type: "write", path: "/etc/passwd", content: "app:x:1001:1001::/:/bin/sh\n" },
      { type: "write", path: "/etc/group", content: "web:x:1002:\n" },
    ],
    found: [
      limitsText("*", limits),
      limitsText("@web", { nice: -5 }),
      "app\tsoft nproc 100\n",
      "# nothing\n",
      "",
    ],
  }),
);
