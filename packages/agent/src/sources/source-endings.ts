/** Endings of files that are blueprints. */
export const BLUEPRINT_ENDINGS: readonly string[] = [".ts", ".mts", ".js", ".mjs"];

/** Endings of files that are manifests. */
export const MANIFEST_ENDINGS: readonly string[] = [".yaml", ".yml", ".json"];
