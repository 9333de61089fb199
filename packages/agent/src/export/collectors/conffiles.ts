import type { ConffileRecord, ConffileState } from "@holdfast/host";
import type { Candidate, LeftOut } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import { fileWay } from "./file-candidate.ts";

/** Configuration files that packages brought, and that are no longer as they were brought. */
export const conffiles: Collector = {
  title: "changed configuration files of packages",
  kinds: ["file"],
  async collect({ records, signal }) {
    const { packages, scriptConffiles, compare } = await records();
    const brought: readonly Brought[] = [
      ...[...packages.values()].flatMap(({ name, conffiles: own }) =>
        own.filter(({ isObsolete }) => !isObsolete).map((record) => ({ record, by: [name] })),
      ),
      ...scriptConffiles.map((record) => ({ record, by: [] })),
    ].toSorted((one, other) => (one.record.path < other.record.path ? -1 : 1));
    const states = await compare(
      brought.map(({ record }) => record),
      signal,
    );
    return {
      candidates: brought.flatMap((one, at) => candidatesOf(one, states[at])),
      leftOut: brought.flatMap((one, at) => leftOutOf(one, states[at])),
    };
  },
};

interface Brought {
  readonly record: ConffileRecord;
  /** None where a script wrote it. */
  readonly by: readonly string[];
}

function candidatesOf({ record, by }: Brought, state: ConffileState | undefined): Candidate[] {
  const { path } = record;
  const whose = by.length === 0 ? "a package's script wrote" : `${by.join(", ")} brought`;
  const common = { section: "Files", path, after: by } as const;
  if (state === "removed") {
    const input = { state: "absent" } as const;
    const why = `was removed; ${whose} it`;
    return [{ ...common, ways: [{ kind: "file", name: path, input }], why }];
  }
  const why = `is not as ${whose} it`;
  const isDefault = state === "unchanged";
  return state === "changed" || isDefault
    ? [{ ...common, ways: [fileWay(path)], why: isDefault ? `is as ${whose} it` : why, isDefault }]
    : [];
}

function leftOutOf({ record }: Brought, state: ConffileState | undefined): LeftOut[] {
  const what = `file:${record.path}`;
  if (state === "too long") return [{ reason: "indescribable", what, detail: "it is too long" }];
  if (typeof state !== "object") return [];
  return [{ reason: "unreadable", what, detail: state.message }];
}
