import { API_VERSION, parseResourceId, type ResourceId, type Schema } from "@holdfast/core";
import * as z from "zod/mini";
import {
  createEnvelope,
  type Envelope,
  parseEnvelope,
  type PayloadType,
} from "../envelope/envelope.ts";
import { readPayload } from "../envelope/read-payload.ts";
import { digestText, plainText, timeMs } from "../payload-fields.ts";
import type { Refused } from "../refusal.ts";

/** The type of an envelope with an approval in it. */
export const APPROVAL_TYPE: PayloadType = "application/vnd.holdfast.approval+json";

/** As many as a plan may have that somebody reads. */
const MOST_ACTIONS = 10_000;

/** One action that is approved: this verb on this resource, with exactly these changes. */
export interface ApprovedAction {
  readonly id: ResourceId;
  readonly verb: string;
  /** What core's `actionDigest` says of it. */
  readonly digest: string;
}

/** What is signed: these actions, on this agent, by what was planned then, once, in this time. */
export interface Approval {
  /** The agent that may do it. */
  readonly agent: string;
  /** Of its ledger: a machine that was set up anew is another one. */
  readonly lineage: string;
  readonly actions: readonly ApprovedAction[];
  /** The digest of what it was planned from, such as a saved plan. */
  readonly planned: string;
  /** 32 hexadecimal digits, at random. */
  readonly nonce: string;
  /** Wall clock, in milliseconds since 1970: valid from then on. */
  readonly notBeforeMs: number;
  /** Valid until then. */
  readonly expiresMs: number;
  /** Who approved it, for people: what counts is the key. */
  readonly by?: string;
}

const resourceIdField = z.pipe(
  plainText(4_200),
  z.transform((text, context): ResourceId => {
    const id = parseResourceId(text);
    if (id !== undefined) return id;
    context.issues.push({ code: "custom", input: text });
    return z.NEVER;
  }),
);

const schema: Schema<Approval & { readonly apiVersion: typeof API_VERSION }> = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    agent: plainText(256),
    lineage: plainText(128),
    actions: z
      .array(z.strictObject({ id: resourceIdField, verb: plainText(64), digest: digestText }))
      .check(z.minLength(1), z.maxLength(MOST_ACTIONS)),
    planned: digestText,
    nonce: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
    notBeforeMs: timeMs,
    expiresMs: timeMs,
    by: z.exactOptional(plainText(256)),
  })
  .check(z.refine(({ notBeforeMs, expiresMs }) => notBeforeMs < expiresMs));

/** An envelope with an approval in it, which nobody has signed yet. */
export function approvalEnvelope(approval: Approval): Envelope {
  const actions = approval.actions.map((action) => ({ ...action }));
  return createEnvelope(APPROVAL_TYPE, { apiVersion: API_VERSION, ...approval, actions });
}

/** Reads the approval in an envelope. Nothing of it is verified: it is for showing, and for `verifyApproval`. */
export function readApproval(
  envelope: Envelope,
): { readonly type: "read"; readonly approval: Approval } | Refused {
  const read = readPayload(envelope, schema);
  if (read.type === "refused") return read;
  const { apiVersion: _, ...approval } = read.value;
  return { type: "read", approval };
}

/** Reads the text of an envelope with an approval, unverified. */
export function parseApproval(
  text: string,
): { readonly type: "parsed"; readonly envelope: Envelope; readonly approval: Approval } | Refused {
  const parsed = parseEnvelope(text, APPROVAL_TYPE);
  if (parsed.type === "refused") return parsed;
  const read = readApproval(parsed.envelope);
  if (read.type === "refused") return read;
  return { ...parsed, approval: read.approval };
}
