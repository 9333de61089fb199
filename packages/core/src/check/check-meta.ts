import * as z from "zod/mini";
import { RESOURCE_ID } from "../id.ts";
import { isJsonObject, type Json } from "../json.ts";
import type { ResourceMeta } from "../resource/meta.ts";
import { conditionsSchema } from "./condition-schema.ts";
import { fieldMistakes } from "./field-mistakes.ts";
import { type FieldPath, formatPath } from "./field-path.ts";
import { checkSchema, healthSchema } from "./health-schema.ts";
import type { Mistake } from "./mistake.ts";

const reference = z.string().check(
  z.regex(RESOURCE_ID, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not an id; write kind:name, for example "package:nginx"`,
  }),
);

/** The strict schema of `meta`; also the source of its part of the JSON Schema. */
export const metaSchema = z.strictObject({
  dependsOn: z.optional(z.array(reference)),
  notify: z.optional(z.array(reference)),
  critical: z.optional(z.boolean()),
  noop: z.optional(z.boolean()),
  ignore: z.optional(z.array(z.string().check(z.minLength(1)))),
  retry: z.optional(z.int().check(z.minimum(0))),
  limit: z.optional(
    z.strictObject({
      perSecond: z.number().check(z.positive()),
      burst: z.int().check(z.minimum(1)),
    }),
  ),
  autoEdge: z.optional(z.boolean()),
  autoGroup: z.optional(z.boolean()),
  timeoutMs: z.optional(z.int().check(z.minimum(0))),
  condition: z.optional(conditionsSchema),
  health: z.optional(healthSchema),
  tags: z.optional(z.array(z.string().check(z.minLength(1)))),
  onRemove: z.optional(z.enum(["delete", "orphan"])),
  protect: z.optional(z.boolean()),
  movedFrom: z.optional(reference),
  mayCutControl: z.optional(
    z.union([
      z.boolean(),
      z.strictObject({
        withinMs: z.optional(z.int().check(z.minimum(1_000), z.maximum(86_400_000))),
        check: z.optional(checkSchema),
      }),
    ]),
  ),
});

/** The fields of `meta`. */
export const META_FIELDS: readonly string[] = Object.keys(metaSchema.shape);

/** What is wrong with a written `meta`; empty when it can be read with `asMeta`. */
export function metaMistakes(meta: Json): readonly Mistake[] {
  if (isJsonObject(meta) && Object.keys(meta).length === 0) return [];
  return fieldMistakes(metaSchema, meta, ["meta"]);
}

/** A `meta` in which `metaMistakes` found nothing. */
export function asMeta(meta: Json): ResourceMeta {
  return isJsonObject(meta) && Object.keys(meta).length === 0 ? NO_META : (meta as ResourceMeta);
}

/** Most resources have none, and share it. */
const NO_META: ResourceMeta = {};

/** Something the design has and this version does not do: refused, so that no author relies on it. */
export function notBuilt(path: FieldPath): Mistake {
  const name = formatPath(path);
  return {
    path,
    summary: "Not built yet",
    detail: `${name} is designed but not part of this version. Take it out: nothing would act on it.`,
  };
}
