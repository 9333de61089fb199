import type { BindReport, Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { absentFile, bindFile, type FileSpec } from "../file/spec.ts";
import { bindService, type ServiceSpec } from "../service/spec.ts";
import { checkContent, sectionsSchema, sectionsText } from "../systemd-unit/sections.ts";
import { checkLines, serviceOf, TYPES } from "./quadlet-text.ts";

/** Where an administrator has the units of Podman. */
export const QUADLET_DIRECTORY = "/etc/containers/systemd";

const quadletFields = z.strictObject({
  text: z.optional(z.string().check(z.describe("The whole file as text."))),
  sections: z.optional(
    sectionsSchema.check(
      z.describe("The same as sections with their keys; a list is one line for each of its items."),
    ),
  ),
  state: z.optional(
    z
      .enum(["running", "stopped", "present", "absent"])
      .check(
        z.describe(
          'Its service: "running" (the default), "stopped", left alone ("present"), or all of it "absent".',
        ),
      ),
  ),
});

const PRESENT = { state: { enum: ["running", "stopped", "present"] } };

/** What an author writes under `spec` of a quadlet; its name is that of the file. */
export const quadletSchema = quadletFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    oneOf: [
      {
        required: ["text"],
        properties: { ...PRESENT, text: { minLength: 1 } },
        not: { required: ["sections"] },
      },
      {
        required: ["sections"],
        properties: { ...PRESENT, sections: { minProperties: 1 } },
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

/** What an author writes under `spec` of a quadlet. */
export type QuadletInput = z.infer<typeof quadletSchema>;

/** What the file of a quadlet and its service should be. */
export interface QuadletSpec {
  /** With its suffix: `web.container`. */
  readonly name: string;
  /** Empty when it is to be absent. */
  readonly text: string;
  readonly file: FileSpec;
  readonly service: ServiceSpec;
  readonly isAbsent: boolean;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/;

/** Joins name and input. Everybody may read the file: systemd shows what is made of it to them anyway. */
export function bindQuadlet(name: string, input: QuadletInput, report: BindReport): QuadletSpec {
  const isName = checkName(name, report);
  checkContent(input, EMPTY, report);
  if (input.text !== undefined) checkLines(input.text, report);
  const { sections, state = "running" } = input;
  const { text: written = sectionsText(sections ?? {}) } = input;
  const isAbsent = state === "absent";
  const text = isAbsent ? "" : written;
  const file = isAbsent
    ? ({ state } as const)
    : { content: text, mode: "0644", owner: 0, group: 0 };
  const service = state === "present" ? {} : { state };
  const silent: BindReport = () => {};
  return {
    name,
    text,
    file: bindFile(`${QUADLET_DIRECTORY}/${name}`, file, (_field, summary, detail) => {
      if (isName) report(sections === undefined ? "text" : "sections", summary, detail);
    }),
    service: bindService(serviceOf(name, text), service, silent),
    isAbsent,
  };
}

function checkName(name: string, report: BindReport): boolean {
  const suffixes = Object.keys(TYPES);
  if (name.includes("@")) {
    report("", "a template", "name a quadlet without @; templates are files and services");
  } else if (!NAME.test(name)) {
    report("", "not the name of a quadlet", "write a name like web.container, without a path");
  } else if (!suffixes.some((suffix) => name.endsWith(`.${suffix}`))) {
    const detail = `write what it is at the end of the name: .${suffixes.join(", .")}`;
    report("", "not the name of a quadlet", detail);
  } else return true;
  return false;
}

const EMPTY = { summary: "an empty quadlet", detail: "write a section, such as [Volume]" };

/** Neither the file nor what runs of it. */
export function absentQuadlet(spec: QuadletSpec): QuadletSpec {
  const { unit, onRefresh } = spec.service;
  const service = { unit, onRefresh, isRunning: false, isEnabled: false, isAbsent: true };
  return { ...spec, text: "", file: absentFile(spec.file), service, isAbsent: true };
}

/** A quadlet comes after those that it names. */
export function neededByQuadlet({ name, text }: QuadletSpec): readonly Thing[] {
  return referencesIn(text)
    .filter((each) => each !== name)
    .map((each): Thing => `path:${QUADLET_DIRECTORY}/${each}`);
}

const REFERENCE = /^\s*(?:Volume|Network|Image|Pod|Mount)\s*=\s*(.+)$/gm;
const QUADLET =
  /(?:^|,(?:source|src)=)([A-Za-z0-9][\w.-]*\.(?:container|volume|network|image|pod))(?=[:,\s]|$)/;

function referencesIn(text: string): readonly string[] {
  const found = [...text.matchAll(REFERENCE)].map(([, value = ""]) => QUADLET.exec(value)?.[1]);
  return [...new Set(found.filter((each) => each !== undefined))];
}

const HOST_PATH = /^\s*(?:Volume|EnvironmentFile|Yaml)\s*=\s*-?(\/[^:%*?[\s]+)/gm;

/** It comes after the files and directories of the machine that it is given. Some may be made by its start. */
export function usedByQuadlet({ text }: QuadletSpec): readonly Thing[] {
  const paths = [...text.matchAll(HOST_PATH)].map(([, path = ""]): Thing => `path:${path}`);
  return [...new Set(paths)];
}
