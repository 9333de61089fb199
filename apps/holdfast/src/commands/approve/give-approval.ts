import type { GivenApproval } from "@holdfast/agent";
import { textIn, userWords } from "@holdfast/agent/control";
import { API_VERSION, Fault, type JsonObject } from "@holdfast/core";
import { namedPath } from "../../named-path.ts";
import { askServing } from "../control/ask-serving.ts";
import { type Approving, type Given, keptAction } from "./approving.ts";

/** What was done, in words and as data. */
export interface Done {
  readonly words: readonly string[];
  readonly data: JsonObject;
}

/** Signs an approval where a key is named; gives it to the agent, or writes it to a file. */
export async function giveApproval(
  given: Given,
  approving: Approving,
  signal: AbortSignal,
): Promise<Done> {
  const { options, surroundings } = approving;
  if (options.key === undefined && given.type === "plan") {
    if (options.outFile !== undefined) throw notSigned();
    return await deliver(byRights(given, approving), approving, signal);
  }
  const envelope = await signedText(given, approving, signal);
  if (options.outFile === undefined) {
    return await deliver({ type: "signed", envelope }, approving, signal);
  }
  const { createOwnFile } = await import("@holdfast/agent/secrets");
  const path = namedPath(options.outFile, surroundings);
  await createOwnFile({ path, text: envelope, mode: 0o644, userId: surroundings.userId });
  const words = [
    ...(await wordsOfEnvelope(envelope)),
    `signed, in ${path}; give it to the agent with: holdfast approve ${path}`,
  ];
  return { words, data: { apiVersion: API_VERSION, file: path } };
}

/** What an envelope approves, a line each. */
async function wordsOfEnvelope(text: string): Promise<readonly string[]> {
  const { parseApproval } = await import("@holdfast/trust");
  const parsed = parseApproval(text);
  if (parsed.type === "refused") throw parsed.fault;
  const { agent, actions, expiresMs } = parsed.approval;
  const until = new Date(expiresMs).toISOString();
  return actions.map(({ id, verb }) => `${verb} ${id} on ${agent} until ${until}`);
}

async function signedText(given: Given, approving: Approving, signal: AbortSignal) {
  const { options, surroundings } = approving;
  if (options.key === undefined) {
    if (given.type === "envelope") return given.text;
    throw notSigned();
  }
  const { signPlan, signAgain } = await import("./sign-approval.ts");
  const place = { key: options.key, surroundings };
  if (given.type === "envelope") return await signAgain(given.text, place, signal);
  const { valid: validMs } = options;
  return await signPlan({ ...given, ...(validMs === undefined ? {} : { validMs }) }, place, signal);
}

function byRights(
  { plan, actions }: Given & { readonly type: "plan" },
  { options, surroundings }: Approving,
): GivenApproval {
  const { valid: validMs } = options;
  const by = userWords(surroundings.userId);
  const planned = plan.origin?.planned ?? "";
  const valid = validMs === undefined ? {} : { validMs };
  return { type: "rights", actions: actions.flatMap(keptAction), planned, by, ...valid };
}

/** The agent that serves takes it; where none does, it is written into the ledger. */
async function deliver(
  given: GivenApproval,
  { options, surroundings, output }: Approving,
  signal: AbortSignal,
): Promise<Done> {
  const asked = { options, surroundings };
  const question = { method: "POST", path: "/approvals", body: bodyOf(given) } as const;
  const answer = await askServing(question, asked, signal);
  if (answer !== undefined) return doneOf(given, textIn(answer["expires"]), answer);
  const { openIdleAgent } = await import("../open-agent.ts");
  await using agent = await openIdleAgent({ ...asked, events: output.events }, signal);
  const { nonce, by, expiresMs, actions } = await agent.approve(given, signal);
  const expires = new Date(expiresMs).toISOString();
  const kept = actions.map((action) => ({ ...action }));
  return doneOf(given, expires, { apiVersion: API_VERSION, nonce, by, expires, actions: kept });
}

function bodyOf(given: GivenApproval): JsonObject {
  if (given.type === "signed") return { envelope: given.envelope };
  const { planned, actions, validMs } = given;
  const valid = validMs === undefined ? {} : { validMs };
  return { planned, actions: actions.map((action) => ({ ...action })), ...valid };
}

function doneOf(given: GivenApproval, expires: string, data: JsonObject): Done {
  const what = given.type === "signed" ? "the signed approval is taken" : "approved";
  return { words: [`${what}: it counts until ${expires}, once`], data };
}

function notSigned(): Fault {
  return new Fault({
    reason: "UsageInvalid",
    message: "only what is signed can be written to a file",
    resolution: "Name a key with --key, or leave --out-file out.",
  });
}
