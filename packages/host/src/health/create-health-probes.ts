import {
  type Clock,
  type HealthProbes,
  type ProbeOutcome,
  type ServiceReader,
  throwIfAborted,
  type Truth,
  unreachable,
} from "@holdfast/core";
import { createDial } from "../conditions/dial.ts";
import { engineSockets } from "../containers/engine/engine-sockets.ts";
import { askContainer, enginesAt } from "./container-engine.ts";
import { getOnce } from "./get-once.ts";
import { askUnit } from "./systemd-unit.ts";

/** What probes are made with. */
export interface HealthProbesOptions {
  readonly clock: Clock;
  /** Of the same root. */
  readonly services: Pick<ServiceReader, "observeMany">;
  /** Where container engines are looked for. Default `/`. */
  readonly root?: string;
}

/** Read of what a service answers, so that most end in peace. */
const MOST_BODY_BYTES = 65_536;

/** Health probes of this machine and its network (K11). Holds nothing open between two of them. */
export function createHealthProbes(options: HealthProbesOptions): HealthProbes {
  const { clock, services, root = "/" } = options;
  const engines = enginesAt(engineSockets(root, process.geteuid?.() ?? 0), clock);
  return {
    async dial({ endpoint, timeoutMs }, signal) {
      throwIfAborted(signal);
      const truth = await createDial(clock, timeoutMs)(endpoint, signal);
      throwIfAborted(signal);
      return outcomeOf(truth);
    },
    async get({ url: target, status: wanted, timeoutMs }, signal) {
      throwIfAborted(signal);
      const bounds = { timeoutMs, mostBytes: MOST_BODY_BYTES, clock };
      const answer = await getOnce({ target, ...bounds }, signal);
      throwIfAborted(signal);
      if (typeof answer === "string") return { type: "failed", why: answer };
      const { status } = answer;
      const isRight = wanted === undefined ? status >= 200 && status <= 399 : status === wanted;
      return isRight ? { type: "passed" } : { type: "failed", why: `it answered ${status}` };
    },
    unit: (request, signal) => askUnit({ ...request, services, clock }, signal),
    async container(request, signal) {
      throwIfAborted(signal);
      const outcome = await askContainer({ ...request, clock, engines }, signal);
      throwIfAborted(signal);
      return outcome;
    },
  };
}

function outcomeOf(truth: Truth): ProbeOutcome {
  switch (truth.type) {
    case "holds":
      return { type: "passed" };
    case "fails":
      return { type: "failed", why: truth.why ?? "it does not answer" };
    case "unknown":
      return { type: "failed", why: truth.why };
    default:
      return unreachable(truth);
  }
}
