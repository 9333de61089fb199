import type { Host, WrittenMeta } from "holdfast";

/** What every chapter gets: the machine, and which controls are wanted on it. */
export interface Benchmark {
  readonly host: Host<"linux">;
  /** Whether a control is wanted. */
  isOn(section: string): boolean;
  /** Declares the resources of one control, when it is wanted. They take `meta`, to which more may be added. */
  control(section: string, declare: (meta: WrittenMeta) => void): void;
  /** The text of a file that several controls have lines in; `undefined` when none of them is wanted. */
  share(settings: readonly Setting[]): SharedText | undefined;
}

/** The lines that one control has in a file that it shares with others. */
export type Setting = readonly [section: string, ...lines: string[]];

/** Each control's lines under its number, and what the file is declared with. */
export interface SharedText {
  readonly content: string;
  readonly meta: WrittenMeta;
}

/**
 * All controls but those that `skip` names: by their number, or by that of a section which they are in. Call `finish` when
 * all are declared.
 */
export function openBenchmark(
  host: Host<"linux">,
  skip: readonly string[],
): Benchmark & { finish(): void } {
  const unused = new Set(skip);
  const isOn = (section: string): boolean => {
    const named = sectionsOf(section).filter((one) => skip.includes(one));
    for (const one of named) unused.delete(one);
    return named.length === 0;
  };
  return {
    host,
    isOn,
    control(section, declare) {
      if (isOn(section)) declare(metaOf([section]));
    },
    share(settings) {
      const wanted = settings.filter(([section]) => isOn(section));
      if (wanted.length === 0) return undefined;
      const texts = wanted.flatMap(([section, ...lines]) => [`# CIS ${section}`, ...lines]);
      const meta = metaOf(wanted.map(([section]) => section));
      return { content: `${texts.join("\n")}\n`, meta };
    },
    finish() {
      // A slip in a number would leave a control on that somebody believes to be off.
      if (unused.size === 0) return;
      throw new Error(`skip names what is no control of this blueprint: ${[...unused].join(", ")}`);
    },
  };
}

/** The tags of controls: `cis-5.1.7` and what that is in, `cis-5.1` and `cis-5`, so that `--only` takes any of them. */
export function metaOf(sections: readonly string[]): WrittenMeta {
  const all = new Set(sections.flatMap(sectionsOf));
  return { tags: [...all].map((section) => `cis-${section}`) };
}

function sectionsOf(section: string): readonly string[] {
  const parts = section.split(".");
  return parts.map((_, depth) => parts.slice(0, depth + 1).join("."));
}
