import { familyOf, type LinkRoute, type NetworkStep } from "@holdfast/core";
import type { NetworkModel } from "./network-model.ts";

const DEFAULTS = { ipv4: "0.0.0.0/0", ipv6: "::/0" } as const;

/** Files by their paths. */
type Files = ReadonlyMap<string, string>;

/** One section of a file: its name and what is written in it, in order. */
interface Section {
  readonly name: string;
  readonly settings: readonly (readonly [key: string, value: string])[];
}

/**
 * A small systemd-networkd: it makes what `.netdev` files name, and brings a link to the first `.network` file that matches it, when
 * the text of that changed or somebody asks. It puts nothing back by itself, and leaves alone what others added.
 */
export class SimulatedNetworkd {
  readonly #model: NetworkModel;
  readonly #files: () => Files;
  readonly #applied = new Map<string, string>();

  constructor(model: NetworkModel, files: () => Files) {
    this.#model = model;
    this.#files = files;
  }

  reload(): void {
    const files = [...this.#files()].toSorted(([one], [other]) => (one < other ? -1 : 1));
    for (const [path, text] of files) if (path.endsWith(".netdev")) this.#make(text);
    for (const name of this.#model.links.keys()) {
      const text = this.#fileOf(name) ?? "";
      if (text !== (this.#applied.get(name) ?? "")) this.#configure(name);
    }
  }

  /** What it had set and is not in the file any more goes. */
  #configure(name: string): void {
    const text = this.#fileOf(name) ?? "";
    const before = stepsOf(name, this.#applied.get(name) ?? "");
    this.#applied.set(name, text);
    const steps = stepsOf(name, text);
    const kept = new Set(steps.map((step) => JSON.stringify(step)));
    for (const step of before.filter((one) => !kept.has(JSON.stringify(one)))) {
      if (step.type === "add-address") this.#model.change({ ...step, type: "remove-address" });
      if (step.type === "add-route") this.#model.change({ ...step, type: "remove-route" });
      if (step.type === "set-master") this.#model.change({ ...step, master: undefined });
    }
    for (const step of steps) this.#model.change(step);
  }

  #make(text: string): void {
    const settings = new Map(sectionsIn(text).flatMap((section) => section.settings));
    const [link = "", kind = ""] = [settings.get("Name"), settings.get("Kind")];
    if (kind === "bridge") this.#model.change({ type: "make-link", link, made: { kind } });
    if (kind === "bond") {
      const mode = settings.get("Mode") ?? "balance-rr";
      this.#model.change({ type: "make-link", link, made: { kind, mode } });
    }
  }

  #fileOf(name: string): string | undefined {
    const files = [...this.#files()].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return files.find(([path, text]) => path.endsWith(".network") && matches(text, name))?.[1];
  }
}

function matches(text: string, name: string): boolean {
  const match = sectionsIn(text).find((section) => section.name === "Match");
  return (
    match?.settings.some(([key, value]) => key === "Name" && value.split(" ").includes(name)) ===
    true
  );
}

function stepsOf(link: string, text: string): readonly NetworkStep[] {
  if (text === "") return [];
  const isDown = text.includes("ActivationPolicy=always-down");
  const steps: NetworkStep[] = [{ type: isDown ? "set-down" : "set-up", link }];
  for (const { name, settings } of sectionsIn(text)) {
    if (name === "Route") steps.push({ type: "add-route", link, route: routeOf(settings) });
    for (const [key, value] of settings) {
      if (key === "MTUBytes") steps.push({ type: "set-mtu", link, mtu: Number(value) });
      if (key === "Address") steps.push({ type: "add-address", link, address: value });
      if (key === "Bridge" || key === "Bond")
        steps.push({ type: "set-master", link, master: value });
    }
  }
  return steps;
}

function routeOf(settings: Section["settings"]): LinkRoute {
  const { Destination: to = "", Gateway: via, Metric: metric } = Object.fromEntries(settings);
  const family = familyOf(to);
  return {
    family,
    to: to === DEFAULTS[family] ? "default" : to,
    ...(via === undefined ? {} : { via }),
    ...(metric === undefined ? {} : { metric: Number(metric) }),
  };
}

function sectionsIn(text: string): readonly Section[] {
  const sections: { name: string; settings: (readonly [string, string])[] }[] = [];
  for (const line of text.split("\n")) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (name !== undefined) sections.push({ name, settings: [] });
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) sections.at(-1)?.settings.push([key, value]);
  }
  return sections;
}
