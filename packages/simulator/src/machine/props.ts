import type { AnyKind } from "@holdfast/core";
import { listStandardKinds } from "@holdfast/resources";
import { type Behaviour, FakeResources } from "@holdfast/testing";
import type { World } from "./world.ts";

/** How long a program takes after it did what it does. */
const PROGRAM_MS = 30;

/** What random histories play with besides a disk: an outside world of fakes, and programs that set flags. */
export class Props {
  readonly fakes: FakeResources;
  /** What the program `set` has set; it survives everything. */
  readonly flags = new Set<string>();
  /** How often the program `once` has run, by its key. */
  readonly oneShots = new Map<string, number>();
  readonly kinds: readonly AnyKind[];

  constructor() {
    this.fakes = new FakeResources({
      nowMs: () => 0,
      pause: () => Promise.resolve(),
      canGroup: true,
    });
    this.kinds = [...listStandardKinds(), this.fakes.kind];
  }

  /** The programs of the machine of a world. */
  programs({ clock }: World): Readonly<Record<string, Behaviour>> {
    const takeTime = () =>
      new Promise<void>((resolve) => void clock.schedule(PROGRAM_MS, () => resolve()));
    return {
      set: async ({ argv }) => {
        this.flags.add(argv[1] ?? "");
        await takeTime();
        return {};
      },
      "is-set": ({ argv }) => ({ exitCode: this.flags.has(argv[1] ?? "") ? 0 : 1 }),
      make: async ({ argv }, kernel) => {
        const path = argv[1] ?? "";
        if (kernel.inspect.stat(path) === undefined) kernel.tamper.write(path, "made\n");
        await takeTime();
        return {};
      },
      once: async ({ argv }) => {
        const key = argv[1] ?? "";
        this.oneShots.set(key, (this.oneShots.get(key) ?? 0) + 1);
        await takeTime();
        return {};
      },
    };
  }
}
