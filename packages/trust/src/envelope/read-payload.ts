import { isUtf8, Buffer } from "node:buffer";
import { canonicalText, type Json, type Schema } from "@holdfast/core";
import * as z from "zod/mini";
import { refuse, type Refused } from "../refusal.ts";
import type { Envelope } from "./envelope.ts";

/**
 * Reads what is in an envelope: canonical JSON (RFC 8785) of the given form, so that no field is there twice and no two
 * readers understand it differently. Verify the envelope first, or only show what was read.
 */
export function readPayload<T>(
  { payload }: Envelope,
  schema: Schema<T>,
): { readonly type: "read"; readonly value: T } | Refused {
  const bytes = Buffer.from(payload);
  const text = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  const value = text === undefined ? undefined : parseJson(text);
  if (value === undefined) return malformed("is no JSON");
  const read = z.safeParse(schema, value);
  if (!read.success)
    return malformed(`has ${fieldIn(read.error.issues)} that is not as it must be`);
  // The form bounds how deep it is nested.
  if (canonicalText(value) !== text) return malformed("is not in its canonical form");
  return { type: "read", value: read.data };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // What JSON.parse says would quote the text.
    return undefined;
  }
}

function fieldIn(issues: readonly { readonly path: readonly PropertyKey[] }[]): string {
  const path = issues[0]?.path.map(String).join(".") ?? "";
  return path === "" ? "a field" : `a field ${path}`;
}

function malformed(why: string): Refused {
  return refuse("EnvelopeMalformed", `what is in the envelope ${why}`);
}
