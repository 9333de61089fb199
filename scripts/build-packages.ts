/**
 * Builds what is published: `npm run build:packages`. Packing or publishing a package does it too, by its `prepack`.
 *
 * Development does not need it: Node runs the sources, and the `@holdfast/source` condition of `exports` leads to them.
 */
import { buildPackages } from "./packages/build-packages.ts";

await buildPackages();
