import type {
  BindReport,
  KindAction,
  Ownership,
  ResourceKind,
  Schema,
  Thing,
  WriteContext,
} from "@holdfast/core";
import { requireAccounts } from "../attributes/require-accounts.ts";
import { applyFile } from "../file/apply.ts";
import { diffFile, fingerprintFile } from "../file/diff.ts";
import { keptAsFile } from "../file/kept-file.ts";
import {
  type FileObserved,
  type FileSnapshot,
  observeFile,
  snapshotFiles,
} from "../file/observe.ts";
import { absentFile, type FileSpec } from "../file/spec.ts";
import { watchedPathsOfFile } from "../file/watch.ts";
import { watchPaths } from "../path-watch.ts";
import { REFUSED_RISKS, riskOfRefused } from "../refused-risk.ts";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { renderedText } from "./rendered-file.ts";

/** A resource that is one file, rendered from its fields. */
export interface RenderedSpec {
  readonly name: string;
  readonly file: FileSpec;
}

/** What such a kind knows besides: its fields, and what a text says in them. */
export interface RenderedParts<Spec extends RenderedSpec, Input> {
  readonly kind: string;
  readonly summary: string;
  readonly schema: Schema<Input>;
  bind(name: string, input: Input, report: BindReport): Spec;
  /** What an author would write to have this text; what cannot be said may be left out, for it is rendered to compare. */
  parse(text: string, spec: Spec): Input | undefined;
  /** What it is besides the file. */
  owns?(spec: Spec): readonly Ownership[];
  /** Users and groups that it names: it comes after them, and is refused without them. Default: none. */
  accounts?(spec: Spec): readonly Thing[];
}

/** Observing, comparing, writing and watching are those of `file`: a kind of rendered files only says what is in them. */
export function renderedFileKind<Spec extends RenderedSpec, Input>(
  parts: RenderedParts<Spec, Input>,
): ResourceKind<Spec, FileObserved, FileSnapshot, Input> {
  const { kind, summary, schema, accounts } = parts;
  const apply = async (
    action: KindAction<Spec, FileObserved>,
    context: WriteContext,
  ): Promise<void> => {
    const { file } = action.spec;
    if (!file.isAbsent) await requireAccounts(accounts?.(action.spec) ?? [], context);
    await applyFile({ ...action, spec: file }, context);
  };
  return {
    kind,
    summary,
    support: LINUX_SUPPORT,
    ports: ["files", "accounts", "paths", "hash"],
    schema,
    resyncMs: WATCHED_RESYNC_MS,
    bind: (name, input, report) => parts.bind(name, input, report),
    lanes: ({ file }) => [`path:${file.path}`],
    snapshot: (specs, context) =>
      snapshotFiles(
        specs.map(({ file }) => file),
        context,
      ),
    observe: ({ file }, context) => observeFile(file, context),
    diff: ({ file }, observed) => diffFile(file, observed),
    apply,
    risk: ({ changes }) => riskOfRefused({ changes }),
    risks: REFUSED_RISKS,
    foresee: apply,
    temporaries: ({ file }) => [{ path: file.path }],
    watch: (specs, context, sink) =>
      watchPaths(specs, ({ file }) => watchedPathsOfFile(file), context, sink),
    fingerprint: fingerprintFile,
    // A write through a memory map or another hard link makes no event here.
    isFullyWatched: ({ file }) => file.isAbsent,
    isAbsent: ({ file }) => file.isAbsent,
    absent: (spec) => ({ ...spec, file: absentFile(spec.file) }),
    describe: (spec, observed) => describe(parts, spec, observed),
    asFile: keptAsFile(({ file }: Spec) => file),
    owns: (spec) => [
      { thing: `path:${spec.file.path}`, isWhole: true },
      ...(parts.owns?.(spec) ?? []),
    ],
    ...(accounts === undefined ? {} : { needs: (spec) => accounts(spec) }),
  };
}

/** Fields that give the very text again; `undefined` where none do: somebody wrote what they cannot say. */
function describe<Spec extends RenderedSpec, Input>(
  parts: RenderedParts<Spec, Input>,
  spec: Spec,
  observed: FileObserved,
): Input | undefined {
  const text = renderedText(observed);
  const input = text === undefined ? undefined : parts.parse(text, spec);
  if (input === undefined) return undefined;
  let isPossible = true;
  const { file } = parts.bind(spec.name, input, () => {
    isPossible = false;
  });
  const isSame = file.content.type === "inline" && file.content.text === text;
  return isPossible && isSame ? input : undefined;
}
