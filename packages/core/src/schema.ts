import type * as z from "zod/mini";

/** A zod schema (of `zod` or `zod/mini`) for `T`. */
export type Schema<T> = z.core.$ZodType<T>;
