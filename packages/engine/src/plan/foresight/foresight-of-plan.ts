import {
  abortFault,
  knowNothing,
  type PlannedAction,
  type Thing,
  throwIfAborted,
  unreachable,
} from "@holdfast/core";
import { AbortGroup } from "../../abort-group.ts";
import type { Finding } from "../../reconcile/observe.ts";
import type { ResourceRecord } from "../../records/resource-record.ts";
import type { Runtime } from "../../runtime.ts";
import { type Outlook, refused, remarked } from "../outlook.ts";
import { type Bringer, Expected } from "./expected.ts";
import { foresee, type Foresight, type Prospect } from "./foresee.ts";

/** What one plan foretells of the applies that would follow it, in their order (D20). */
export class ForesightOfPlan {
  readonly expected = new Expected();
  readonly #runtime: Runtime;
  readonly #signal: AbortSignal;
  readonly #known = knowNothing();

  constructor(runtime: Runtime, signal: AbortSignal) {
    this.#runtime = runtime;
    this.#signal = signal;
  }

  /**
   * What is planned for a resource, with what its apply will be refused with. Only what differs now is asked about.
   * @throws {Fault} that of the signal.
   */
  async of(
    record: ResourceRecord,
    finding: Finding | undefined,
    outlook: Outlook,
  ): Promise<Outlook> {
    const { action } = outlook;
    if (action === undefined || action.verb === "skip" || action.verb === "refresh") return outlook;
    if (finding?.type !== "seen" || finding.changes.length === 0) return outlook;
    if (record.declared.kind.foresee === undefined) return outlook;
    return this.#foretell({ record, verb: action.verb, seen: finding }, { ...outlook, action });
  }

  async #foretell(
    prospect: Prospect,
    outlook: Outlook & { readonly action: PlannedAction },
  ): Promise<Outlook> {
    const foresight = await this.#ask(prospect);
    switch (foresight.type) {
      case "clear":
        return foresight.remark === undefined ? outlook : remarked(outlook, foresight.remark);
      case "refused":
        return outlook.isOpen === true
          ? remarked(outlook, `then refused: ${foresight.fault.reason}`)
          : refused(outlook, foresight.fault);
      case "doubtful":
        return remarked(outlook, doubtText(foresight.unless));
      default:
        return unreachable(foresight);
    }
  }

  async #ask(prospect: Prospect): Promise<Foresight> {
    const signal = this.#signal;
    throwIfAborted(signal);
    const asker = new AbortGroup();
    const onAbort = (): void => asker.abort(abortFault(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await foresee(this.#runtime, prospect, {
        expected: this.expected,
        known: this.#known,
        asker,
      });
    } finally {
      signal.removeEventListener("abort", onAbort);
      throwIfAborted(signal);
    }
  }
}

function doubtText({ id, thing }: Bringer): string {
  return `may be refused unless ${id} brings ${thingText(thing)}`;
}

/** A thing as people call it: a path, a unit and a program by their names alone. */
function thingText(thing: Thing): string {
  const colon = thing.indexOf(":");
  const [sort, name] = [thing.slice(0, colon), thing.slice(colon + 1)];
  return ["path", "unit", "program"].includes(sort) ? name : `${sort} ${name}`;
}
