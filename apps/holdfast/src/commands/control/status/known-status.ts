import { type ControlClient, listIn, objectIn, textIn } from "@holdfast/agent/control";
import { API_VERSION, type JsonObject } from "@holdfast/core";

/** A resource as the agent's control socket reports it, as far as it is shown. */
export interface KnownResource {
  readonly id: string;
  /** Of its status: `Ready`, `Failed` … */
  readonly type: string;
  /** One sentence, without a full stop. */
  readonly message: string;
  readonly compliance: string;
}

/** How everything is, as the agent that serves knows. */
export interface KnownStatus {
  /** The answer of `GET /status`. */
  readonly agent: JsonObject;
  readonly resources: readonly KnownResource[];
  /** All of it, for programs. */
  readonly data: JsonObject;
}

/**
 * Asks the agent that serves how everything is.
 * @throws {Fault} what the client throws.
 */
export async function askStatus(client: ControlClient, signal: AbortSignal): Promise<KnownStatus> {
  const ask = (path: string) => client.ask({ method: "GET", path }, signal);
  const [agent, answer] = await Promise.all([ask("/status"), ask("/resources")]);
  const { resources: listed = [] } = answer;
  return {
    agent,
    resources: knownResources(answer),
    data: { apiVersion: API_VERSION, agent, resources: listed },
  };
}

/** Reads the answer of `GET /resources`; what an agent of another version leaves out is empty. */
function knownResources({ resources }: JsonObject): readonly KnownResource[] {
  return listIn(resources).map(({ id, status, view }) => ({
    id: textIn(id),
    type: textIn(objectIn(status)["type"]),
    message: textIn(objectIn(view)["message"]),
    compliance: textIn(objectIn(view)["compliance"]),
  }));
}
