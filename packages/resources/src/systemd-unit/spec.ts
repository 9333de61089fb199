import { type BindReport, isTemplate, parseUnitName, type Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { stateSchema } from "../declared-state.ts";
import { bindFile, type FileSpec } from "../file/spec.ts";
import { checkUnitName, unitOf } from "../unit/unit-of.ts";
import { checkContent, sectionsSchema, sectionsText } from "./sections.ts";
import { accountsInText, pathsInText } from "./needs.ts";

/** Where an administrator has units. */
export const UNIT_DIRECTORY = "/etc/systemd/system";

const systemdUnitFields = z.strictObject({
  unit: z.optional(
    z.string().check(z.describe("The unit, where it is not the resource's name (for drop-ins).")),
  ),
  dropIn: z.optional(
    z
      .string()
      .check(
        z.regex(/^[A-Za-z0-9:_.@\\-]{1,200}$/, "write a name like limits"),
        z.describe("Name of a drop-in. Left out: the whole unit."),
      ),
  ),
  text: z.optional(z.string().check(z.describe("The whole file as text."))),
  sections: z.optional(
    sectionsSchema.check(
      z.describe("The same as sections with their keys; a list is one line for each of its items."),
    ),
  ),
  verify: z.optional(
    z
      .boolean()
      .check(z.describe("Have systemd-analyze verify it before it is installed. Default: true.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a unit file; its name is that of the unit. */
export const systemdUnitSchema = systemdUnitFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    oneOf: [
      {
        required: ["text"],
        properties: { state: { const: "present" }, text: { minLength: 1 } },
        not: { required: ["sections"] },
      },
      {
        required: ["sections"],
        properties: { state: { const: "present" }, sections: { minProperties: 1 } },
        not: { required: ["text"] },
      },
      {
        required: ["state"],
        properties: { state: { const: "absent" } },
        not: { anyOf: [{ required: ["text"] }, { required: ["sections"] }] },
      },
    ],
  }),
);

/** What an author writes under `spec` of a unit file. */
export type SystemdUnitInput = z.infer<typeof systemdUnitSchema>;

/** What the file of a unit, or a drop-in, should be. */
export interface SystemdUnitSpec {
  /** The full name. */
  readonly unit: string;
  /** The directory of the drop-in; `undefined` for a whole unit. */
  readonly directory?: string;
  /** The drop-in's name without its suffix. */
  readonly dropIn?: string;
  /** Empty when it is to be absent. */
  readonly text: string;
  readonly file: FileSpec;
  readonly isVerified: boolean;
  readonly isAbsent: boolean;
}

/** Joins name and input. A unit file is root's, and everybody may read it: systemd shows it to them anyway. */
export function bindSystemdUnit(
  name: string,
  input: SystemdUnitInput,
  report: BindReport,
): SystemdUnitSpec {
  const { dropIn, verify, state } = input;
  const unit = unitOf(input.unit ?? name);
  const isUnit = checkUnitName(unit, input.unit === undefined ? "" : "unit", report) !== undefined;
  checkContent(input, EMPTY_UNIT, report);
  const { text = sectionsText(input.sections ?? {}) } = input;
  const isAbsent = state === "absent";
  const own = dropIn?.replace(/\.conf$/, "");
  const directory = own === undefined ? undefined : `${UNIT_DIRECTORY}/${unit}.d`;
  const path =
    directory === undefined ? `${UNIT_DIRECTORY}/${unit}` : `${directory}/${own ?? ""}.conf`;
  const file = isAbsent ? { state } : { content: text, mode: "0644", owner: 0, group: 0 };
  return {
    unit,
    ...(directory === undefined ? {} : { directory }),
    ...(own === undefined ? {} : { dropIn: own }),
    text: isAbsent ? "" : text,
    file: bindFile(path, file, (_field, summary, detail) => {
      if (isUnit) report("text", summary, detail);
    }),
    isVerified: verify !== false,
    isAbsent,
  };
}

const EMPTY_UNIT = {
  summary: "an empty unit",
  detail: "an empty file would mask the unit, which service declares: write masked: true",
};

/** No such file. */
export function absentSystemdUnit(spec: SystemdUnitSpec): SystemdUnitSpec {
  const { path, followLink } = spec.file;
  const file: FileSpec = { path, content: { type: "unmanaged" }, followLink, isAbsent: true };
  return { ...spec, text: "", file, isAbsent: true };
}

/** A unit comes after the accounts it runs as. */
export function neededBySystemdUnit({ text }: SystemdUnitSpec): readonly Thing[] {
  return accountsInText(text);
}

/** It comes after what it runs; a drop-in after the unit where both are declared, though a package may have that too. */
export function usedBySystemdUnit({ text, unit, directory }: SystemdUnitSpec): readonly Thing[] {
  const own: readonly Thing[] = directory === undefined ? [] : [`path:${UNIT_DIRECTORY}/${unit}`];
  return [...own, ...pathsInText(text)];
}

/** Whether it is the file of a template, of which nothing runs. */
export function isTemplateUnit({ unit }: SystemdUnitSpec): boolean {
  const parsed = parseUnitName(unit);
  return parsed !== undefined && isTemplate(parsed);
}
