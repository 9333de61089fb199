import type { JsonObject } from "@holdfast/core";
import type { Line } from "./text/line.ts";

/** A screen, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One picture of something that goes on. */
export interface Frame {
  /** For a screen of this size, which cuts what is too wide; `undefined` asks for all of it. */
  lines(size: Size | undefined): readonly Line[];
  /** For programs. */
  readonly data: JsonObject;
}
