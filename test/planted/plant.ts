/**
 * Loaded before a test run with `--import`: puts one planted bug into the code while it is loaded. Nothing is written to
 * the disk, so a run that is cut off leaves no bug behind.
 */
import module from "node:module";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const bug = PLANTED_BUGS[Number(process.env["HOLDFAST_PLANTED_BUG"])];
/** The way of planting without a bug, to see that nothing but the bug is noticed. */
const isHarmless = process.env["HOLDFAST_PLANTED_HARMLESS"] === "yes";

if (bug !== undefined) {
  const planted = new URL(`../../${bug.file}`, import.meta.url).href;
  module.registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== planted || loaded.source === undefined) return loaded;
      const text = textOf(loaded.source);
      const source = text.replace(bug.from, () => (isHarmless ? bug.from : bug.to));
      return { ...loaded, source };
    },
  });
}

function textOf(source: string | ArrayBuffer | NodeJS.ArrayBufferView): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source);
}
