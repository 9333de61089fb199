import { join } from "node:path";
import {
  ALLOW_ALL,
  assert,
  type ApprovalQuery,
  type Clock,
  type GivenApprovals,
  NOT_APPROVED,
  type Policy,
  type PolicyGate,
  type Veto,
} from "@holdfast/core";
import type { AgentApprovals } from "../approvals/agent-approvals.ts";
import { requireInside } from "../open/own-paths.ts";
import type { SourceTrust } from "../sources/source-safety.ts";
import { type PolicyFile, type ReadPolicy, readPolicyFile } from "./read-policy-file.ts";

/** What the policy of an agent is made with. */
export interface AgentPolicyOptions {
  /** `everything`: what is asked for is done, as for the installer. Or a policy that no file says. */
  readonly source: PolicyFile | "everything" | { readonly policy: Policy };
  readonly root: string;
  readonly trust: SourceTrust;
  readonly clock: Clock;
  /** Who approved what. Default: nobody approved anything. */
  readonly approvals?: Pick<AgentApprovals, "load" | "of">;
}

/** How often the directory of vetoes is read: a file of a workload is respected within this time. */
const VETOES_EVERY_MS = 5_000;

/**
 * The policy of an agent: what its file says, and the vetoes as they were read last. It is read before an engine begins, and
 * again at a reload; nothing is decided by a policy that could not be read.
 */
export class AgentPolicy implements PolicyGate {
  readonly #options: AgentPolicyOptions;
  #read: ReadPolicy | undefined;
  #vetoes: readonly Veto[] = [];
  #outsidePlan: PolicyGate["outsidePlan"];

  constructor(options: AgentPolicyOptions) {
    this.#options = options;
  }

  /**
   * Reads the file and the vetoes.
   * @throws {Fault} InputInvalid, SourceUnsafe, PathUnsafe, or what reading throws; then the policy before holds on.
   */
  async load(signal: AbortSignal): Promise<void> {
    const { source, root, trust, approvals } = this.#options;
    if (source === "everything" || "policy" in source) {
      const policy = source === "everything" ? ALLOW_ALL.policy() : source.policy;
      this.#read = { policy, cron: ALLOW_ALL.cron };
      return;
    }
    if (!source.isNamed) await requireInside(root, source.file);
    const read = await readPolicyFile({ ...source, trust }, signal);
    const { vetoes } = read.policy;
    if (vetoes !== undefined) await requireInside(root, join(root, vetoes.directory));
    await approvals?.load(signal);
    this.#read = read;
    await this.#readVetoes();
  }

  policy(): Policy {
    return this.#inForce().policy;
  }

  vetoes(): readonly Veto[] {
    return this.#vetoes;
  }

  approvalsOf(action: ApprovalQuery): GivenApprovals {
    return this.#options.approvals?.of(action) ?? NOT_APPROVED;
  }

  /** From now on nothing is done but what a saved plan has. */
  restrictTo(outsidePlan: NonNullable<PolicyGate["outsidePlan"]>): void {
    this.#outsidePlan = outsidePlan;
  }

  get outsidePlan(): PolicyGate["outsidePlan"] {
    return this.#outsidePlan;
  }

  get cron(): ReadPolicy["cron"] {
    return this.#inForce().cron;
  }

  /** Reads the vetoes again and again, and says when there are others. Disposing ends it. */
  follow(onChange: () => void): Disposable {
    const { clock } = this.#options;
    let isOver = false;
    let cancel = (): void => {};
    const readAgain = async (): Promise<void> => {
      if (await this.#readVetoes()) onChange();
      if (!isOver) plan();
    };
    const plan = (): void => {
      cancel = clock.schedule(VETOES_EVERY_MS, () => void readAgain());
    };
    plan();
    return {
      [Symbol.dispose]: () => {
        isOver = true;
        cancel();
      },
    };
  }

  /** Tells whether there are others. */
  async #readVetoes(): Promise<boolean> {
    const before = this.#vetoes;
    this.#vetoes = await this.#currentVetoes();
    return JSON.stringify(before) !== JSON.stringify(this.#vetoes);
  }

  async #currentVetoes(): Promise<readonly Veto[]> {
    const directory = this.#read?.policy.vetoes?.directory;
    if (directory === undefined) return [];
    const { root, clock } = this.#options;
    const { readVetoes } = await import("./read-vetoes.ts");
    return readVetoes(join(root, directory), clock.wallMs());
  }

  #inForce(): ReadPolicy {
    assert(this.#read !== undefined, "a policy is read before an engine begins");
    return this.#read;
  }
}
