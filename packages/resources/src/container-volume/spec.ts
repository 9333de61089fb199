import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import { CONTAINER_NAME, textsBy } from "../container-engine/fields.ts";
import { stateSchema } from "../declared-state.ts";

const OPTION = /^[^\s\p{Cc}]{1,255}$/u;

/** What an author writes under `spec` of a volume; its name is the volume's. */
export const containerVolumeSchema = z.strictObject({
  driver: z.optional(
    z
      .string()
      .check(z.regex(/^[\w][\w./:-]{0,127}$/), z.describe("What keeps it. Default: local.")),
  ),
  options: z.optional(
    textsBy(OPTION, "The value.").check(
      z.describe(
        "Options of its driver, e.g. type, device and o of a mount. Others are not managed.",
      ),
    ),
  ),
  labels: z.optional(
    textsBy(OPTION, "The value.").check(z.describe("Labels. Those left out are not managed.")),
  ),
  force: z.optional(
    z
      .boolean()
      .check(
        z.describe(
          "All that is in it may be lost: it may be removed or made anew. Default: false.",
        ),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a volume. */
export type ContainerVolumeInput = z.infer<typeof containerVolumeSchema>;

/** A volume as it should be. */
export interface ContainerVolumeSpec {
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindContainerVolume(
  name: string,
  { driver = "local", options = {}, labels = {}, force = false, state }: ContainerVolumeInput,
  report: BindReport,
): ContainerVolumeSpec {
  if (!CONTAINER_NAME.test(name)) {
    report("", "not a name of a volume", "write letters, digits, and _ . - behind the first");
  }
  const isAbsent = state === "absent";
  if (isAbsent && !force) {
    const detail =
      "it is removed with all that is in it: write force: true too if that may be lost";
    report("state", "a volume that may be wanted", detail);
  }
  return { name, driver, options, labels, force, isAbsent };
}

/** No such volume, where its author has said that its content may be lost; else it stays. */
export function absentContainerVolume(spec: ContainerVolumeSpec): ContainerVolumeSpec | undefined {
  return spec.force ? { ...spec, isAbsent: true } : undefined;
}
