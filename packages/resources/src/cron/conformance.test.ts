import { kindConformance } from "@holdfast/testing";
import fc from "fast-check";
import { renderedSamples } from "../rendered-file/testing/rendered-samples.ts";
import { cronText } from "./cron-text.ts";
import { cronKind } from "./kind.ts";
import type { CronInput } from "./fields.ts";

const environment = { MAILTO: "", PATH: "/bin:/usr/bin", NOTE: "it's é" };
const present: fc.Arbitrary<CronInput> = fc
  .tuple(
    fc.constantFrom<CronInput[]>(
      { schedule: "30  4 * * 1-5" },
      { schedule: "*/5 0,12 1 jan *" },
      { special: "@daily" },
    ),
    fc.constantFrom("/bin/true", "cd /srv && ./run 'é' | logger -t run # \\%"),
    fc.constantFrom<CronInput[]>({}, { environment }),
  )
  .map(([when, command, settings]) => ({ ...when, command, user: "root", ...settings }));

const job = { environment: {}, schedule: "@daily", user: "root", command: "/bin/true" };

kindConformance(
  cronKind,
  renderedSamples<CronInput>({
    name: "backup",
    path: "/etc/cron.d/backup",
    present,
    absent: { state: "absent" },
    unknownAccount: fc.constant({ special: "@daily", command: "/bin/true", user: "ghost" }),
    found: [
      cronText(job),
      cronText({ ...job, schedule: "30 4 * * 1-5", environment }),
      "# by hand\n@daily root /bin/true",
      "",
    ],
  }),
);
