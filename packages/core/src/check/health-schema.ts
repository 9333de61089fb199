import * as z from "zod/mini";
import { parseEndpoint } from "../condition/endpoint.ts";
import { type HealthCheck, timingOf } from "../health/health-check.ts";
import { isJsonObject, type Json } from "../json.ts";

/** Forms of the design that nobody could ask here yet. */
const UNBUILT_FORMS = ["unit", "container"] as const;

const DAY_MS = 86_400_000;
const MOST_IN_A_ROW = 1_000;

const word = z.string().check(
  z.minLength(1),
  z.refine((text) => !text.includes("\0"), { error: "a command cannot hold a NUL character" }),
);
const count = z.optional(z.int().check(z.minimum(1), z.maximum(MOST_IN_A_ROW)));

/** One check. A mapping in which all fields are optional, so a misspelt form is told the nearest of all. */
const check = z
  .strictObject({
    tcp: z.optional(
      z.string().check(
        z.refine((text) => parseEndpoint(text) !== undefined, {
          error: (issue) =>
            `${JSON.stringify(issue.input)} is not host:port; write one like "127.0.0.1:5432" or "[::1]:80"`,
        }),
      ),
    ),
    http: z.optional(
      z.string().check(
        z.refine(isPlainUrl, {
          error:
            'is not a URL of http or https without user and password; write one like "http://127.0.0.1:8080/healthz"',
        }),
      ),
    ),
    status: z.optional(z.int().check(z.minimum(100), z.maximum(599))),
    command: z.optional(z.array(word).check(z.minLength(1))),
    as: z.optional(z.enum(["readiness", "liveness"])),
    periodMs: z.optional(z.int().check(z.minimum(100), z.maximum(DAY_MS))),
    timeoutMs: z.optional(z.int().check(z.minimum(1), z.maximum(DAY_MS))),
    failureThreshold: count,
    successThreshold: count,
    initialDelayMs: z.optional(z.int().check(z.minimum(0), z.maximum(DAY_MS))),
  })
  .check(
    rule(
      ({ tcp, http, command }) =>
        [tcp, http, command].filter((form) => form !== undefined).length === 1,
      "a check has exactly one of tcp, http or command; list several checks one by one",
    ),
    rule(
      ({ http, status }) => http !== undefined || status === undefined,
      "status is what http answers with; tcp and command have none",
    ),
    rule((one) => {
      const { timeoutMs, periodMs } = timingOf(one as HealthCheck);
      return timeoutMs <= periodMs;
    }, "timeoutMs is longer than periodMs (10000 where it is not written); make the period longer"),
    z.meta({ id: "healthCheck" }),
  );

/** `meta.health`: a list of at least one. Also the source of its part of the JSON Schema. */
export const healthSchema = z.array(check).check(z.minLength(1), z.meta({ id: "healthChecks" }));

/** A check that no check is: which one, and the form that is not built. */
export interface UnbuiltCheck {
  readonly position: number;
  readonly form: string;
}

/** The checks of a written `meta.health` whose form this version does not have. */
export function unbuiltChecks(health: Json | undefined): readonly UnbuiltCheck[] {
  if (!Array.isArray(health)) return [];
  return health.flatMap((one: Json, position) => {
    if (!isJsonObject(one)) return [];
    return UNBUILT_FORMS.flatMap((form) => (form in one ? [{ position, form }] : []));
  });
}

interface Written {
  readonly tcp?: string | undefined;
  readonly http?: string | undefined;
  readonly status?: number | undefined;
  readonly command?: readonly string[] | undefined;
  readonly periodMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What a check as a whole must keep; a field that is wrong by itself is told by its name alone. */
function rule(isKept: (written: Written) => boolean, error: string) {
  return z.refine<Written>(isKept, { error, when: ({ issues }) => issues.length === 0 });
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "http:" || url.protocol === "https:";
}
