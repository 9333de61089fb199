import { errnoError } from "./errno.ts";

/** Which call a planned failure meets. */
export interface FailurePlan {
  /** The name of a call of `FileCalls`, e.g. `rename`, or a pattern of names. */
  readonly call: string | RegExp;
  /** Only where the name of the entry is this, or matches. Default: any. */
  readonly name?: string | RegExp;
  /** Which such call, from 1. Default 1. */
  readonly nth?: number;
  /** How many from there on. Default 1. */
  readonly times?: number;
}

/** Thrown by calls that come after the simulated machine has stopped. */
export class MachineStopped extends Error {
  override readonly name = "MachineStopped";
}

/** Failures, hangs and a sudden end, as planned. */
export class Injection {
  readonly #rules: Rule[] = [];
  #mutationsLeft = Number.POSITIVE_INFINITY;
  #calls = 0;
  #onStop: () => void = () => {};

  /** The planned calls fail with the errno and do nothing. */
  fail(plan: FailurePlan, errno: string): void {
    this.#rules.push({ plan, errno, seen: 0, release: undefined, letGo: undefined });
  }

  /** The planned calls do not end until the returned function is called. Only for calls that may wait. */
  hang(plan: FailurePlan): () => void {
    const gate = Promise.withResolvers<void>();
    const letGo = gate.resolve;
    this.#rules.push({ plan, errno: undefined, seen: 0, release: gate.promise, letGo });
    return letGo;
  }

  /** After so many further calls that change something no call ever ends; `onStop` is called when that begins. */
  stopAfter(mutations: number, onStop: () => void = () => {}): void {
    this.#mutationsLeft = mutations;
    this.#onStop = onStop;
  }

  /** Calls that came through so far, whatever became of them. */
  get calls(): number {
    return this.#calls;
  }

  /** From now on no call ever ends. */
  stop(): void {
    this.#mutationsLeft = Number.NEGATIVE_INFINITY;
  }

  /** Lets go of everything that hangs, and nothing that was planned fails any more. A machine that stopped stays so. */
  relieve(): void {
    for (const { letGo } of this.#rules.splice(0)) letGo?.();
  }

  /** True once the machine has stopped. */
  get isStopped(): boolean {
    return this.#mutationsLeft < 0;
  }

  /** Before a call that answers at once. @throws the planned errno, or {@link MachineStopped}. */
  atOnce(call: string, name: string): void {
    if (this.isStopped) throw new MachineStopped(`the machine stopped before ${call}`);
    const rule = this.#match(call, name);
    if (rule?.errno !== undefined) throw errnoError(rule.errno, call);
  }

  /** Before a call that may wait. @throws the planned errno. Never resolves when the machine has stopped. */
  async waiting(call: string, name: string, isMutation: boolean): Promise<void> {
    if (isMutation) this.#countMutation();
    if (this.isStopped) return new Promise(() => {});
    const rule = this.#match(call, name);
    if (rule?.errno !== undefined) throw errnoError(rule.errno, call);
    await rule?.release;
  }

  #countMutation(): void {
    this.#mutationsLeft -= 1;
    if (this.#mutationsLeft === -1) this.#onStop();
  }

  #match(call: string, name: string): Rule | undefined {
    this.#calls += 1;
    for (const rule of this.#rules) {
      if (!isNamed(rule.plan.call, call) || !isNamed(rule.plan.name, name)) continue;
      rule.seen += 1;
      const first = rule.plan.nth ?? 1;
      if (rule.seen >= first && rule.seen < first + (rule.plan.times ?? 1)) return rule;
    }
    return undefined;
  }
}

interface Rule {
  readonly plan: FailurePlan;
  readonly errno: string | undefined;
  readonly release: Promise<void> | undefined;
  readonly letGo: (() => void) | undefined;
  seen: number;
}

function isNamed(wanted: string | RegExp | undefined, name: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === "string" ? wanted === name : wanted.test(name);
}
