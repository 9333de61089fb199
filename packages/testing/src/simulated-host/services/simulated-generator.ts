import type { SimulatedKernel } from "../kernel/kernel.ts";
import { readDefinition } from "./unit-definition.ts";

const SOURCES = "/etc/containers/systemd";
const GENERATED = "/run/systemd/generator";
const NAME = /^(?<stem>[^.].*)\.(?<type>container|volume|network|kube|image|pod)$/;
const ENDINGS: Readonly<Record<string, string>> = {
  volume: "-volume",
  network: "-network",
  image: "-image",
  pod: "-pod",
};

/** What Podman's generator makes of the files in its folder: services that run nothing but a stand-in. */
export class SimulatedGenerator {
  readonly #kernel: SimulatedKernel;

  constructor(kernel: SimulatedKernel) {
    this.#kernel = kernel;
  }

  /** Makes the services anew, as systemd has it do whenever it reads its files. */
  run(): void {
    const { inspect, tamper } = this.#kernel;
    const made = new Map((inspect.list(SOURCES) ?? []).flatMap((name) => this.#make(name)));
    for (const name of inspect.list(GENERATED) ?? []) {
      const path = `${GENERATED}/${name}`;
      if (!made.has(path) && this.#sourceOf(path) !== undefined) tamper.remove(path);
    }
    for (const [path, text] of made) if (inspect.text(path) !== text) tamper.write(path, text);
  }

  /** Whether a unit was made of another file than the one that is there now. */
  isOutdated(path: string): boolean {
    const source = this.#sourceOf(path);
    if (source === undefined) return false;
    const made = new Map(this.#make(source.slice(SOURCES.length + 1)));
    return made.get(path) !== this.#kernel.inspect.text(path);
  }

  #sourceOf(path: string): string | undefined {
    if (!path.startsWith(`${GENERATED}/`)) return undefined;
    return /^SourcePath=(.+)$/m.exec(this.#kernel.inspect.text(path) ?? "")?.[1];
  }

  #make(name: string): readonly (readonly [path: string, text: string])[] {
    const { stem, type = "" } = NAME.exec(name)?.groups ?? {};
    const source = `${SOURCES}/${name}`;
    const text = this.#kernel.inspect.text(source) ?? "";
    if (stem === undefined || text === "" || !readDefinition(text).isValid) return [];
    const ending = ENDINGS[type] ?? "";
    const service = ending === "" || type === "pod" ? ENDLESS : ONCE;
    return [
      [
        `${GENERATED}/${stem}${ending}.service`,
        `[Unit]\nSourcePath=${source}\n${service}\n${text}`,
      ],
    ];
  }
}

const ENDLESS = "[Service]\nExecStart=/bin/sleep infinity\n";
const ONCE = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n";
