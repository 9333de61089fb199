import { type Facts, Fault } from "@holdfast/core";

/** How each fact that can be given is put among the others. */
const GIVEN: Readonly<Record<string, (value: string) => Partial<Facts>>> = {
  // A distribution is meant more often than the kernel under it.
  os: (os) => {
    if (os === "linux" || os === "darwin" || os === "windows") return { os };
    return { os: "linux", distro: os };
  },
  distro: (distro) => ({ distro }),
  version: (distroVersion) => ({ distroVersion }),
  arch: (arch) => ({ arch }),
  hostname: (hostname) => ({ hostname }),
  virtualization: (virtualization) => ({ virtualization }),
  id: (value) => ({ stableId: { value, source: "machine-id" } }),
  cpus: (count) => ({ cpuCount: wholeNumber("cpus", count) }),
  memory: (bytes) => ({ memoryBytes: wholeNumber("memory", bytes) }),
};

/** Before the name of a fact that somebody else's file gives. */
const CUSTOM = "custom.";
/** The names of the facts that can be given. */
export const GIVEN_FACTS: readonly string[] = Object.keys(GIVEN);

/**
 * The facts with some of them replaced by what was given as `name=value`.
 * @throws {Fault} UsageInvalid, for a fact that cannot be given.
 */
export function withFacts(facts: Facts, given: readonly string[]): Facts {
  let replaced = facts;
  for (const pair of given.flatMap((pairs) => pairs.split(","))) {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    if (name.startsWith(CUSTOM) && value !== "") {
      const custom = { ...replaced.custom, [name.slice(CUSTOM.length)]: value };
      replaced = { ...replaced, custom };
      continue;
    }
    const replace = GIVEN[name];
    if (replace === undefined || value === "") throw unknownFact(pair);
    replaced = { ...replaced, ...replace(value) };
  }
  return replaced;
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Fault({
    reason: "UsageInvalid",
    message: `--facts ${name}=${text}: not a whole number`,
    resolution: `Write ${name}=4, for example.`,
  });
}

function unknownFact(pair: string): Fault {
  return new Fault({
    reason: "UsageInvalid",
    message: `--facts ${pair}: no fact that can be given`,
    resolution: `Write name=value, with one of these names: ${Object.keys(GIVEN).join(", ")}, custom.NAME.`,
  });
}
