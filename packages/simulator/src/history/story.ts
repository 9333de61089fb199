import { type EngineEvent, toFault } from "@holdfast/core";
import type { Call, Fact } from "../machine/fact.ts";
import type { World } from "../machine/world.ts";

/** What happened in a history, a line each, with the virtual time. */
export class Story {
  readonly lines: string[] = [];

  step(world: World, words: string): void {
    this.#add(world, `— ${words}`);
  }

  hear(world: World, fact: Fact): void {
    const words = wordsOf(fact);
    if (words !== undefined) this.#add(world, `  ${words}`);
    if (fact.type !== "declared") return;
    for (const { id, input, meta } of fact.graph.resources)
      this.#add(world, `    ${id} ${short(input)} ${short(meta)}`);
  }

  accuse(world: World, detail: string): void {
    this.#add(world, `✗ ${detail}`);
  }

  #add(world: World, words: string): void {
    const seconds = (world.nowMs / 1_000).toFixed(3);
    this.lines.push(`${seconds.padStart(9)} ${words}`);
  }
}

function wordsOf(fact: Fact): string | undefined {
  switch (fact.type) {
    case "begins":
      return `${callWords(fact.call)} begins`;
    case "ends":
      return `${callWords(fact.call)} ${fact.error === undefined ? "ends" : `fails: ${toFault(fact.error).message}`}`;
    case "event":
      return eventWords(fact.event);
    case "outside":
      return `changed from outside${fact.isFromWatch ? "" : ", unnoticed"}: ${fact.ids.join(", ")}`;
    case "declared":
      return `generation ${fact.generation} is declared, ${fact.graph.resources.length} resources`;
    case "boots":
      return "the agent starts";
    case "dies":
      return `the agent ends: ${fact.how}`;
    default:
      return undefined;
  }
}

function callWords({ verb, ids }: Call): string {
  return `${verb} ${ids.length > 4 ? `${ids.length} resources` : ids.join(" + ")}`;
}

function eventWords(event: EngineEvent): string | undefined {
  switch (event.type) {
    case "result": {
      const { id, status, fault, blockedBy, cause } = event.result;
      const why = fault === undefined ? "" : ` (${fault.reason}: ${fault.message})`;
      const by = blockedBy === undefined ? "" : ` (by ${blockedBy})`;
      return `${id} is ${status}${status === "changed" ? `, ${cause}` : ""}${why}${by}`;
    }
    case "degraded":
      return `degraded: ${event.subject} (${event.fault.message})`;
    case "recovered":
      return `recovered: ${event.subject}`;
    case "drift":
      return `drift of ${event.id} (${event.trigger})`;
    default:
      return undefined;
  }
}

/** Enough of a value to recognize it. */
function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
