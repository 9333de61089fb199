import * as z from "zod/mini";
import { ENDPOINT } from "../condition/endpoint.ts";
import type { MachineCondition } from "../condition/machine-condition.ts";

/** IFNAMSIZ of Linux, without the closing NUL; dev_valid_name() refuses the rest. */
const INTERFACE = /^(?!\.{1,2}$)[^\s/:]{1,15}$/;

/** An absolute path in its shortest spelling, of at most 4095 characters. */
const PATH =
  /^(?=[\s\S]{1,4095}$)\/(?:(?!\.{1,2}(?:\/|$))[^/\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)*)?$/;

/** The forms there are, for those who wrote none or two of them. */
const FORMS = "interface, tcp, mount, file, all, any or not";

const path = text(
  PATH,
  'is not a plain absolute path; write one like "/srv/data", without "..", and without a closing slash',
);

/**
 * One condition. A mapping in which all fields are optional, not a union: so the message for a misspelt form names the
 * nearest of all forms.
 */
const condition: z.ZodMiniType<MachineCondition> = z
  .strictObject({
    interface: z.optional(
      text(INTERFACE, 'is not the name of an interface; write one like "eth0"'),
    ),
    tcp: z.optional(
      text(ENDPOINT, 'is not host:port; write one like "db.example:5432" or "[::1]:80"'),
    ),
    mount: z.optional(path),
    file: z.optional(path),
    all: z.optional(z.lazy(() => several)),
    any: z.optional(z.lazy(() => several)),
    not: z.optional(z.lazy(() => condition)),
  })
  .check(
    z.refine((value) => Object.keys(value).length === 1, {
      error: `a condition has exactly one of ${FORMS}; list several conditions one by one`,
      // A form that does not exist is reported by its name alone.
      when: ({ issues }) => issues.length === 0,
    }),
    z.meta({ id: "condition", minProperties: 1, maxProperties: 1 }),
  ) as unknown as z.ZodMiniType<MachineCondition>;

const several = z.array(condition).check(z.minLength(1), z.meta({ id: "conditions" }));

/** `meta.condition`: a list of at least one. Also the source of its part of the JSON Schema. */
export const conditionsSchema: z.ZodMiniType<MachineCondition[]> = several;

function text(form: RegExp, wrong: string) {
  return z
    .string()
    .check(z.regex(form, { error: (issue) => `${JSON.stringify(issue.input)} ${wrong}` }));
}
