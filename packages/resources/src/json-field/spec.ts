import type { BindReport, Json } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import { stateSchema } from "../declared-state.ts";
import { bindField } from "./field-name.ts";

/** Any JSON: what comes here has been read from JSON or YAML, or copied from code as plain data. */
const valueSchema: z.ZodMiniType<Json> = z.any();

const jsonFieldFields = z.strictObject({
  path: z.string().check(z.describe("The file, an absolute path.")),
  field: z
    .union([z.string(), z.array(z.string())])
    .check(z.describe('The field: keys joined by dots, or a list of keys, e.g. ["a.b", "c"].')),
  value: z.optional(valueSchema.check(z.describe("What the field should hold: any JSON value."))),
  create: z.optional(
    z.boolean().check(z.describe("Make the file, as an object, when it is missing.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a json-field; its name is free. */
export const jsonFieldSchema = jsonFieldFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    oneOf: [
      { required: ["value"], properties: { state: { const: "present" } } },
      {
        required: ["state"],
        properties: { state: { const: "absent" } },
        not: { required: ["value"] },
      },
    ],
  }),
);

/** What an author writes under `spec` of a json-field. */
export type JsonFieldInput = z.infer<typeof jsonFieldSchema>;

/** One field that should hold a value, or should not be in the file. */
export interface JsonFieldSpec {
  readonly path: string;
  /** From the outermost to the field itself; never empty. */
  readonly keys: readonly string[];
  /** `undefined` when the field should be absent. */
  readonly value: Json | undefined;
  readonly mayCreate: boolean;
  readonly isAbsent: boolean;
}

/** No such field. */
export function absentJsonField({ path, keys }: JsonFieldSpec): JsonFieldSpec {
  return { path, keys, value: undefined, mayCreate: false, isAbsent: true };
}

/** Turns input into one field, and reports what contradicts itself. */
export function bindJsonField(
  _name: string,
  input: JsonFieldInput,
  report: BindReport,
): JsonFieldSpec {
  const { path, field, value, create } = input;
  const isAbsent = input.state === "absent";
  checkAbsolutePath(path, "path", report);
  const keys = bindField(field, report);
  if (!isAbsent && value === undefined) {
    report("", "nothing to write", "write value, or state: absent to remove the field");
  }
  if (isAbsent && value !== undefined) {
    report("value", "a value for what should be absent", "keep value or state: absent, not both");
  }
  return { path, keys, value, mayCreate: create === true && !isAbsent, isAbsent };
}
