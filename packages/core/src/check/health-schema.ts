import * as z from "zod/mini";
import { ENDPOINT } from "../condition/endpoint.ts";
import { type HealthCheck, timingOf } from "../health/health-check.ts";

/** As systemd allows; nothing that `systemctl` would take for a pattern. */
const UNIT_NAME = /^[A-Za-z0-9:_.\\@-]{1,255}$/;
/** As Docker and Podman allow; an id is one too. */
const CONTAINER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/;

const FORMS = ["tcp", "http", "command", "unit", "container"] as const;

const DAY_MS = 86_400_000;
const MOST_IN_A_ROW = 1_000;

const word = z
  .string()
  .check(z.minLength(1), z.regex(/^[^\0]*$/, { error: "a command cannot hold a NUL character" }));
const count = z.optional(z.int().check(z.minimum(1), z.maximum(MOST_IN_A_ROW)));

/**
 * One check. A mapping in which all fields are optional, so the message for a misspelt form names the nearest of all.
 */
export const checkSchema = z
  .strictObject({
    tcp: z.optional(
      z.string().check(
        z.regex(ENDPOINT, {
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
    unit: z.optional(
      z
        .string()
        .check(
          z.regex(
            UNIT_NAME,
            'is no name of a unit; write one like "nginx.service" or "backup@db.timer"',
          ),
        ),
    ),
    container: z.optional(
      z
        .string()
        .check(
          z.regex(CONTAINER_NAME, 'is no name of a container; write one like "web" or its id'),
        ),
    ),
    as: z.optional(z.enum(["readiness", "liveness"])),
    periodMs: z.optional(z.int().check(z.minimum(100), z.maximum(DAY_MS))),
    timeoutMs: z.optional(z.int().check(z.minimum(1), z.maximum(DAY_MS))),
    failureThreshold: count,
    successThreshold: count,
    initialDelayMs: z.optional(z.int().check(z.minimum(0), z.maximum(DAY_MS))),
  })
  .check(
    rule(
      (written) => FORMS.filter((form) => written[form] !== undefined).length === 1,
      "a check has exactly one of tcp, http, command, unit or container; list several checks one by one",
    ),
    rule(
      ({ http, status }) => http !== undefined || status === undefined,
      "status is what http answers with; no other check has one",
    ),
    rule((one) => {
      const { timeoutMs, periodMs } = timingOf(one as HealthCheck);
      return timeoutMs <= periodMs;
    }, "timeoutMs is longer than periodMs (10000 where it is not written); make the period longer"),
    z.meta({
      id: "healthCheck",
      oneOf: FORMS.map((form) => ({ required: [form] })),
      dependentRequired: { status: ["http"] },
    }),
  );

/** `meta.health`: a list of at least one. Also the source of its part of the JSON Schema. */
export const healthSchema = z
  .array(checkSchema)
  .check(z.minLength(1), z.meta({ id: "healthChecks" }));

interface Written {
  readonly tcp?: string | undefined;
  readonly http?: string | undefined;
  readonly status?: number | undefined;
  readonly command?: readonly string[] | undefined;
  readonly unit?: string | undefined;
  readonly container?: string | undefined;
  readonly periodMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The rules for a check as a whole; a field that is wrong by itself is reported by its name alone. */
function rule(isKept: (written: Written) => boolean, error: string) {
  return z.refine<Written>(isKept, { error, when: ({ issues }) => issues.length === 0 });
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "http:" || url.protocol === "https:";
}
