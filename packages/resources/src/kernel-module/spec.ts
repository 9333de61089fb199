import type { BindReport } from "@holdfast/core";
import type { FileSpec } from "../file/spec.ts";
import { RENDERED_HEADER, renderedFile } from "../rendered-file/rendered-file.ts";
import type { KernelModuleInput } from "./fields.ts";
import { loadText, rulesText } from "./module-text.ts";

const NAME = /^[A-Za-z0-9_-]{1,55}$/;
const PARAMETER = /^[A-Za-z0-9_.-]+$/;
/** What modprobe reads as one word and as nothing else. */
const VALUE = /^[^\s"'\\#\p{Cc}]+$/u;

/** What is kept about a module of the kernel. */
export interface KernelModuleSpec {
  readonly name: string;
  /** As the kernel calls it: `-` and `_` are the same to it. */
  readonly module: string;
  /** Of modules-load.d. */
  readonly load: FileSpec;
  /** Of modprobe.d. */
  readonly rules: FileSpec;
  /** How both are read: with their content, also where they should not be there. What is there can then be described. */
  readonly reads: { readonly load: FileSpec; readonly rules: FileSpec };
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindKernelModule(
  name: string,
  input: KernelModuleInput,
  report: BindReport,
): KernelModuleSpec {
  if (!NAME.test(name)) {
    const detail = `"${name}" has other characters than letters, digits, _ and -, or is too long`;
    report("", "not a name of a module", detail);
  }
  const isAbsent = input.state === "absent";
  const { options = {}, blacklist: isBlacklisted = false } = input;
  const isLoaded = input.load ?? !isBlacklisted;
  if (!isAbsent) checkFields(input, report);
  const module = name.replaceAll(/[^A-Za-z0-9_]/g, "_");
  const fileName = `holdfast-${module}.conf`;
  const load = renderedFile(
    {
      path: `/etc/modules-load.d/${fileName}`,
      text: isLoaded && !isAbsent ? loadText(module) : undefined,
    },
    report,
  );
  const rules = renderedFile(
    {
      path: `/etc/modprobe.d/${fileName}`,
      text: isAbsent ? undefined : rulesText(module, { options, isBlacklisted }),
    },
    report,
  );
  return {
    name,
    module,
    load,
    rules,
    reads: { load: readOf(load), rules: readOf(rules) },
    isAbsent,
  };
}

/** Nothing is kept about the module; whether it is loaded stays as it is. */
export function absentKernelModule({ name }: KernelModuleSpec): KernelModuleSpec {
  return bindKernelModule(name, { state: "absent" }, () => {});
}

/** The kind of files reads no content where none is declared: any will do. */
function readOf(file: FileSpec): FileSpec {
  return file.isAbsent ? renderedFile({ path: file.path, text: RENDERED_HEADER }, () => {}) : file;
}

function checkFields(
  { load, options = {}, blacklist }: KernelModuleInput,
  report: BindReport,
): void {
  if (blacklist === true && load === true) {
    report("load", "loaded and not loaded", "keep load or blacklist, not both");
  }
  const hasOptions = Object.keys(options).length > 0;
  if (load === false && blacklist !== true && !hasOptions) {
    report("load", "nothing to keep", "write options or blacklist, or state: absent");
  }
  for (const [name, value] of Object.entries(options)) {
    if (!PARAMETER.test(name) || !VALUE.test(String(value))) {
      const detail = "write a name and a value without blanks, quotes, # and backslashes";
      report(`options.${name}`, "not a parameter of a module", detail);
    }
  }
}
