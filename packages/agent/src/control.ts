/**
 * The other end of the control socket: what asks an agent that serves. Apart from the agent itself, so that who only
 * asks loads no engine, and who only plans loads no HTTP.
 */
export {
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
  type Question,
} from "./control/client.ts";
export type { SentEvent } from "./control/sent-events.ts";
export { controlSocketPaths, type SocketPlace } from "./control/socket-path.ts";
