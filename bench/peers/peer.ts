import type { Policy } from "../policy.ts";

/** Another tool that can do the same work. */
export interface Peer {
  readonly name: string;
  /** The program that must be installed. */
  readonly program: string;
  /** Writes the policy in the peer's language under `scratch`, and gives the command that applies it. */
  prepare(policy: Policy, scratch: string): readonly string[];
}
