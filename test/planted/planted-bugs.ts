import { APPROVAL_BUGS } from "./approval-bugs.ts";
import { CONDITION_BUGS } from "./condition-bugs.ts";
import { HEALTH_BUGS } from "./health-bugs.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { QUEUE_BUGS } from "./queue-bugs.ts";
import { RECONCILE_BUGS } from "./reconcile-bugs.ts";
import { REMOVAL_BUGS } from "./removal-bugs.ts";
import { RETRY_BUGS } from "./retry-bugs.ts";
import { SECRET_BUGS } from "./secret-bugs.ts";
import { SERVE_BUGS } from "./serve-bugs.ts";
import { TRUST_BUGS } from "./trust-bugs.ts";
import { UNDO_BUGS } from "./undo-bugs.ts";
import { WRITE_BUGS } from "./write-bugs.ts";

/** The mistakes, each a patch of real lines. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...APPROVAL_BUGS,
  ...CONDITION_BUGS,
  ...HEALTH_BUGS,
  ...QUEUE_BUGS,
  ...RECONCILE_BUGS,
  ...REMOVAL_BUGS,
  ...RETRY_BUGS,
  ...SECRET_BUGS,
  ...SERVE_BUGS,
  ...TRUST_BUGS,
  ...UNDO_BUGS,
  ...WRITE_BUGS,
];
