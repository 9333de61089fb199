import { type HealthProbes, type ProbeOutcome, throwIfAborted } from "@holdfast/core";

/** What something simulated does when it is asked. `hang`: nothing until the signal; `deaf`: not even then. */
export type SimulatedAnswer = number | "refused" | "hang" | "deaf";

/** Health probes of a simulated machine and its network. */
export interface SimulatedProbes extends HealthProbes {
  /**
   * Answers by `host:port`, URL, `unit NAME` or `container NAME`; what is not named refuses. But for a URL any number
   * passes.
   */
  readonly answers: Map<string, SimulatedAnswer>;
  /** What was asked so far, in order. */
  readonly asked: readonly string[];
  /** Probes that have not let go. */
  running(): number;
}

/** Probes that are answered out of a table; only a probe that is set to wait does so. */
export function simulatedProbes(): SimulatedProbes {
  const answers = new Map<string, SimulatedAnswer>();
  const asked: string[] = [];
  let running = 0;
  const ask = async (subject: string, signal: AbortSignal): Promise<number | string> => {
    throwIfAborted(signal);
    asked.push(subject);
    running += 1;
    const answer = answers.get(subject) ?? "refused";
    if (answer === "hang" || answer === "deaf") await silence(answer, signal);
    running -= 1;
    throwIfAborted(signal);
    return answer === "refused" ? "connection refused" : answer;
  };
  return {
    answers,
    asked,
    running: () => running,
    async dial({ endpoint: { host, port } }, signal) {
      return outcomeOf(await ask(`${host}:${port}`, signal), () => true);
    },
    async get({ url, status }, signal) {
      const isRight = (answer: number): boolean =>
        status === undefined ? answer >= 200 && answer <= 399 : answer === status;
      return outcomeOf(await ask(url, signal), isRight);
    },
    async unit({ name }, signal) {
      return outcomeOf(await ask(`unit ${name}`, signal), () => true);
    },
    async container({ name }, signal) {
      return outcomeOf(await ask(`container ${name}`, signal), () => true);
    },
  };
}

function silence(answer: "hang" | "deaf", signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (answer === "hang") signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function outcomeOf(answer: number | string, isRight: (answer: number) => boolean): ProbeOutcome {
  if (typeof answer === "string") return { type: "failed", why: answer };
  return isRight(answer) ? { type: "passed" } : { type: "failed", why: `it answered ${answer}` };
}
