import type { MachineCondition } from "@holdfast/core";
import { GATES } from "../machine/gates.ts";
import { SERVICES } from "../machine/services.ts";
import type { HintWeather } from "../machine/hint-weather.ts";
import type { Trouble } from "../machine/trouble.ts";
import type { Verb } from "../machine/fact.ts";

/** How somebody changes what a resource is about. */
export type Tampering = "edit" | "replace" | "remove" | "chmod" | "remove parent";

/** What happens in one step. `pick` chooses a resource: the one at this place, counted round and round. */
export type Action =
  | { readonly type: "nothing" }
  | {
      readonly type: "tamper";
      readonly pick: number;
      readonly how: Tampering;
      readonly times: number;
    }
  | {
      readonly type: "trouble";
      readonly pick: number;
      readonly verb: Verb;
      readonly trouble: Trouble;
    }
  | {
      readonly type: "errno";
      readonly call: string;
      readonly errno: string;
      readonly nth: number;
      readonly times: number;
    }
  /** Something of another type stands where the resource should be. */
  | { readonly type: "obstruct"; readonly pick: number }
  /** The condition at this place, counted round and round, opens or closes. */
  | { readonly type: "gate"; readonly gate: number }
  /** The service at this place, counted round and round, no longer answers. */
  | { readonly type: "service"; readonly service: number; readonly how: "refused" | "hang" }
  | { readonly type: "relief" }
  | { readonly type: "ledger full" }
  | { readonly type: "weather"; readonly weather: HintWeather }
  | { readonly type: "overflow"; readonly pick: number }
  | { readonly type: "watch ends"; readonly pick: number; readonly staysBroken: boolean }
  | { readonly type: "manifest"; readonly seed: number }
  | { readonly type: "operator"; readonly pick: number | undefined }
  | { readonly type: "pause" }
  | { readonly type: "stop" }
  | { readonly type: "kill" }
  | { readonly type: "power"; readonly afterCalls: number; readonly inLedger: boolean }
  | { readonly type: "pass" }
  | { readonly type: "clock jumps"; readonly byMs: number };

/** Something happens, and then time passes. */
export interface Step {
  readonly action: Action;
  readonly thenMs: number;
}

/** A gate by its number. */
export function gateAt(number: number): MachineCondition | undefined {
  return GATES[number % GATES.length];
}

/** A service by its number. */
export function serviceAt(number: number): string {
  return SERVICES[number % SERVICES.length] ?? "";
}

/** What happens in words; `picked` is the name of what it happens to. */
export function describe(action: Action, picked: string): string {
  switch (action.type) {
    case "tamper":
      return `somebody tampers with ${picked} (${action.how}${action.times > 1 ? `, ${action.times} times` : ""})`;
    case "trouble":
      return `from now on ${action.verb} of ${picked} ${wordsOf(action.trouble)}`;
    case "errno":
      return `${action.errno} for ${action.times} calls of ${action.call} from the ${action.nth}th on`;
    case "obstruct":
      return `something else stands where ${picked} should be`;
    case "gate":
      return `${JSON.stringify(gateAt(action.gate))} turns`;
    case "service":
      return `${serviceAt(action.service)} no longer answers (${action.how})`;
    case "relief":
      return "all trouble ends";
    case "ledger full":
      return "the disk of the ledger is full";
    case "weather":
      return `hints are ${action.weather === "clear" ? "noticed again" : action.weather}`;
    case "overflow":
      return `${picked} changes unnoticed, and events of its kind overflow`;
    case "watch ends":
      return `the watch for ${picked} ends${action.staysBroken ? " and cannot be opened again" : ""}`;
    case "manifest":
      return `another manifest (seed ${action.seed})`;
    case "operator":
      return `an operator asks for ${action.pick === undefined ? "everything" : picked}`;
    case "pause":
      return "an operator pauses the agent";
    case "stop":
      return "the agent is asked to stop";
    case "kill":
      return "the agent is killed";
    case "power":
      return action.inLedger
        ? `power goes in the ledger's write after ${action.afterCalls} more`
        : `power goes after ${action.afterCalls} more calls that change the disk`;
    case "pass":
      return "the agent stops and makes one pass instead";
    case "clock jumps":
      return `the wall clock jumps by ${Math.round(action.byMs / 1000)} s`;
    default:
      return "nothing happens";
  }
}

function wordsOf(trouble: Trouble): string {
  if (trouble.type === "takes") return `takes ${trouble.ms} ms`;
  if (trouble.type === "fails" && trouble.isForGood) return "fails for good";
  return trouble.type;
}
