import { dryApply, DryRun, type Fault, type KnownOfHost, type Verb } from "@holdfast/core";
import type { AbortGroup } from "../../abort-group.ts";
import { bounded } from "../../deadline/bounded.ts";
import type { Seen } from "../../reconcile/gating.ts";
import { causeOf, lastLeft, provenanceOf } from "../../records/identity.ts";
import type { ResourceRecord } from "../../records/resource-record.ts";
import type { Runtime } from "../../runtime.ts";
import { actionOf } from "../../secrets/perform.ts";
import type { Bringer, Expected } from "./expected.ts";

/** What a plan foretells of one apply. */
export type Foresight =
  /** Nothing that can be seen is in its way; `remark` says what there is to know of it. */
  | { readonly type: "clear"; readonly remark: string | undefined }
  | { readonly type: "refused"; readonly fault: Fault }
  /** Refused, unless a resource that comes before it brings what is missing. */
  | { readonly type: "doubtful"; readonly fault: Fault; readonly unless: Bringer };

const CLEAR: Foresight = { type: "clear", remark: undefined };

/** What can be done about a difference that was found. */
export interface Prospect {
  readonly record: ResourceRecord;
  readonly verb: Exclude<Verb, "refresh">;
  readonly seen: Seen;
}

/** What the foresights of one plan share. */
export interface ForesightPlace {
  readonly expected: Expected;
  readonly known: KnownOfHost;
  /** Aborted when nobody wants the plan any more. */
  readonly asker: AbortGroup;
}

/** Has a kind run its apply up to its first write, and says what it would be refused with (D20). Never throws. */
export async function foresee(
  runtime: Runtime,
  prospect: Prospect,
  place: ForesightPlace,
): Promise<Foresight> {
  const { record } = prospect;
  const { kind, resource } = record.declared;
  const { expected } = place;
  const run = new DryRun({
    expected,
    own: (kind.owns?.(resource.spec) ?? []).map(({ thing }) => thing),
    needs: () => kind.needs?.(resource.spec) ?? [],
  });
  const fault = await refusalIn(runtime, prospect, { ...place, run });
  if (fault === undefined) return { type: "clear", remark: run.remark };
  // What comes first changes what was seen here; whether that is enough is not known yet.
  if (run.seen.some((thing) => expected.comes(thing))) return CLEAR;
  const unless = expected.bringerOf(run.seen, record);
  return unless === undefined ? { type: "refused", fault } : { type: "doubtful", fault, unless };
}

async function refusalIn(
  runtime: Runtime,
  { record, verb, seen }: Prospect,
  { run, known, asker }: ForesightPlace & { readonly run: DryRun },
): Promise<Fault | undefined> {
  const { declared } = record;
  const { observed, changes } = seen;
  const subject = { record, declared, asker };
  const cause = causeOf(runtime, subject, observed);
  const provenance = provenanceOf(runtime, subject, observed);
  try {
    return await bounded(runtime, {
      record,
      verb: "foresee",
      asker,
      run: async (signal) => {
        const past = lastLeft(runtime, subject, observed);
        const found = { declared, verb, cause, provenance, ...past, observed, changes };
        const action = actionOf(found);
        const place = {
          host: runtime.host,
          run,
          known,
          hasSecrets: declared.secrets !== undefined,
        };
        return dryApply(declared.kind, action, place, signal());
      },
    });
  } catch {
    // It did not answer in its time, or a secret is missing: the apply will say so.
    return undefined;
  }
}
