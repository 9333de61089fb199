import {
  absentUndoesPresent,
  applyConvergesOrRefuses,
  applyMayBeRepeated,
  describedIsTheSame,
  survivesJson,
} from "./apply-laws.ts";
import type { Law } from "./law.ts";
import { observingWritesNothing, unknownIsNotAbsent } from "./observe-laws.ts";
import { tamperingIsSeen } from "./tamper-law.ts";
import { survivesTrouble } from "./trouble-laws.ts";
import { undoneIsAsBefore } from "./undo-law.ts";

/** A law with its title, and how many samples are drawn for it on each machine. */
export interface LawEntry {
  readonly title: string;
  /** `granted`: only samples that can be had. */
  readonly draws: "all" | "granted";
  /** Only for kinds that have this member. Default: for every kind. */
  readonly needs?: "absent" | "describe";
  readonly law: Law;
  readonly simulatedRuns: number;
  readonly realRuns: number;
}

/** The laws that hold on every machine. The runs are chosen so that a kind takes a few seconds. */
export const LAWS: readonly LawEntry[] = [
  {
    title: "looking writes nothing",
    draws: "all",
    law: observingWritesNothing,
    simulatedRuns: 60,
    realRuns: 12,
  },
  {
    title: "after apply nothing differs, or it is refused and nothing is touched",
    draws: "all",
    law: applyConvergesOrRefuses,
    simulatedRuns: 60,
    realRuns: 30,
  },
  {
    title: "a second apply does nothing, and an old one may be repeated",
    draws: "granted",
    law: applyMayBeRepeated,
    simulatedRuns: 60,
    realRuns: 12,
  },
  {
    title:
      "whichever call fails, hangs or is aborted, whichever command is killed or says no: a Fault, nothing left behind, and the next try converges",
    draws: "granted",
    law: survivesTrouble,
    simulatedRuns: 10,
    realRuns: 1,
  },
  {
    title: "K2: a change behind its back is seen and hinted, a hundred times over",
    draws: "granted",
    law: tamperingIsSeen,
    simulatedRuns: 6,
    realRuns: 1,
  },
  {
    title: "a state that cannot be observed is unknown, never absent, and nothing is written",
    draws: "granted",
    law: unknownIsNotAbsent,
    simulatedRuns: 20,
    realRuns: 4,
  },
  {
    title: "declared absent, it is as if it had never been",
    draws: "granted",
    law: absentUndoesPresent,
    needs: "absent",
    simulatedRuns: 60,
    realRuns: 12,
  },
  {
    title: "an observed state can be declared, and declared again it comes back",
    draws: "granted",
    law: describedIsTheSame,
    needs: "describe",
    simulatedRuns: 40,
    realRuns: 6,
  },
  {
    title: "a change that can be undone is: what is seen then is what was seen before",
    draws: "granted",
    law: undoneIsAsBefore,
    simulatedRuns: 40,
    realRuns: 6,
  },
  {
    title: "spec, changes, details and status survive JSON",
    draws: "granted",
    law: survivesJson,
    simulatedRuns: 60,
    realRuns: 6,
  },
];
