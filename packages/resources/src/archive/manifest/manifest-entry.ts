/** One thing that is in the directory because of the archive. Paths are relative, and empty for the directory itself. */
export type ManifestEntry =
  | {
      readonly type: "directory";
      readonly path: string;
      /** `undefined`: the archive says nothing of it. */
      readonly mode?: number | undefined;
    }
  | ManifestFile
  | { readonly type: "link"; readonly path: string; readonly target: string }
  | ManifestHardLink;

/** A regular file. */
export interface ManifestFile {
  readonly type: "file";
  readonly path: string;
  readonly mode: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A further name of a file; mode and digest are those of the file. */
export interface ManifestHardLink extends Omit<ManifestFile, "type"> {
  readonly type: "hard-link";
  /** The path of a `file`. */
  readonly target: string;
}
