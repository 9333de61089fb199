import { RENDERED_HEADER } from "../rendered-file/rendered-file.ts";
import type { KernelModuleInput } from "./fields.ts";

/** What modprobe does when it is asked for a module that should not be loaded: `blacklist` alone stops aliases only. */
const REFUSAL = "/bin/false";

/** What modprobe is to know of a module. */
interface ModuleRules {
  readonly options: Readonly<Record<string, string | number>>;
  readonly isBlacklisted: boolean;
}

/** The file of modules-load.d for one module. */
export function loadText(module: string): string {
  return `${RENDERED_HEADER}${module}\n`;
}

/** The file of modprobe.d for one module; `undefined` when it would say nothing. */
export function rulesText(
  module: string,
  { options, isBlacklisted }: ModuleRules,
): string | undefined {
  const written = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const lines = [
    ...(written.length === 0 ? [] : [`options ${module} ${written.join(" ")}`]),
    ...(isBlacklisted ? [`blacklist ${module}`, `install ${module} ${REFUSAL}`] : []),
  ];
  return lines.length === 0 ? undefined : `${RENDERED_HEADER}${lines.join("\n")}\n`;
}

/** What such a file says in fields. */
export function parseRules(text: string): Pick<KernelModuleInput, "options" | "blacklist"> {
  const [, written] = /^options \S+ (.*)$/m.exec(text) ?? [];
  const options = written?.split(" ").map((option): readonly [string, string] => {
    const [name = "", ...value] = option.split("=");
    return [name, value.join("=")];
  });
  return {
    ...(options === undefined ? {} : { options: Object.fromEntries(options) }),
    ...(/^blacklist /m.test(text) ? { blacklist: true } : {}),
  };
}
