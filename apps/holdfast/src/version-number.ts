import manifest from "../package.json" with { type: "json" };

/** The version of this command, of the SDK and of the packages under them. */
export const VERSION: string = manifest.version;
