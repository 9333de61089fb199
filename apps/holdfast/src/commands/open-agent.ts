import {
  type Agent,
  type AgentOptions,
  type DesiredSource,
  openAgent,
  type Records,
} from "@holdfast/agent";
import type { EventSink } from "@holdfast/core";
import { createStandardCatalog } from "@holdfast/resources";
import { readFacts, sha256 } from "@holdfast/host";
import { type CommandOptions, selectionOf } from "./command-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { rootOf } from "../root-directory.ts";
import { openDesiredSource } from "./desired-source.ts";
import { policyFileOf } from "./policy-options.ts";
import { createLog, type LogFormat } from "./log.ts";
import { VERSION } from "../version-number.ts";
import { requesterOf } from "../requester.ts";
import { secretsOf } from "./secrets/secrets-options.ts";

/** What an agent of a command is opened with. */
export interface AgentRequest {
  /** As written on the command line; `undefined` when nothing was. */
  readonly path: string | undefined;
  readonly options: CommandOptions;
  readonly surroundings: Surroundings;
  readonly intends: "read" | "write";
  readonly events: EventSink;
  /** Default: what the path and the options say. */
  readonly source?: DesiredSource;
  /** Default: the agent's. */
  readonly records?: Records;
  /** Default: that of a command. */
  readonly logFormat?: LogFormat;
  /** Aborted when a stop shall not wait any longer for what runs. Default: it waits. */
  readonly graceEnds?: AbortSignal;
}

/** Opens the agent that a command line describes. */
export async function openCommandAgent(request: AgentRequest, signal: AbortSignal): Promise<Agent> {
  const { path, options, surroundings, intends, events, records = "agent", logFormat } = request;
  const root = rootOf(options, surroundings);
  const catalog = createStandardCatalog();
  const facts = await readFacts({ root });
  const source =
    request.source ??
    (await openDesiredSource(
      { path, root, options, surroundings, catalog, hash: sha256, facts },
      signal,
    ));
  const requester = intends === "write" ? requesterOf(surroundings) : undefined;
  const agent = {
    root,
    rootExec: options.rootExec ?? false,
    source,
    secrets: secretsOf({ options, surroundings, root }),
    catalog,
    facts,
    log: createLog(surroundings, {
      isVerbose: options.verbose ?? false,
      ...(logFormat === undefined ? {} : { format: logFormat }),
    }),
    mode: options.mode ?? "enforce",
    events,
    intends,
    userId: surroundings.userId,
    records,
    policy: policyFileOf({ options, surroundings, root }),
    ...(request.graceEnds === undefined ? {} : { graceEnds: request.graceEnds }),
    ...(requester === undefined ? {} : { requester }),
    tracing: { version: VERSION, environment: surroundings.environment },
    ...limits(options),
  };
  return await openAgent(agent, signal);
}

/** Opens an agent that may write and knows of nothing declared: to maintain its records. */
export async function openIdleAgent(
  request: Pick<AgentRequest, "options" | "surroundings" | "events">,
  signal: AbortSignal,
): Promise<Agent> {
  const source = { describe: "nothing", load: async () => ({ diagnostics: [] }) };
  const idle = { path: undefined, intends: "write", source } as const;
  return await openCommandAgent({ ...request, ...idle }, signal);
}

/** Zero means the default, and so does what was not given. */
function limits(options: CommandOptions): Partial<AgentOptions> {
  const { detect = [], parallel, resourceTimeout, maxRetries, allowRemovals } = options;
  const select = selectionOf(options);
  return {
    ...(select === undefined ? {} : { select }),
    ...(detect.length > 0 ? { detect } : {}),
    ...(parallel ? { parallel } : {}),
    ...(resourceTimeout ? { resourceTimeoutMs: resourceTimeout } : {}),
    ...(maxRetries ? { maxRetries } : {}),
    ...(allowRemovals === true ? { isShrinkAllowed: true } : {}),
  };
}
