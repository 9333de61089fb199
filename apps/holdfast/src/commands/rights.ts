import { Fault } from "@holdfast/core";
import type { Surroundings } from "../surroundings.ts";

/**
 * Refuses to change the machine itself for anybody but root, before anything is touched. Under a root of one's own no
 * rights are needed.
 * @throws {Fault} NotPrivileged.
 */
export function requireRights(
  command: string,
  root: string,
  { userId }: Pick<Surroundings, "userId">,
): void {
  if (root !== "/" || userId === undefined || userId === 0) return;
  throw new Fault({
    reason: "NotPrivileged",
    message: `holdfast ${command} changes this machine, and user ${userId} is not root`,
    resolution: `Run it as root, or try it on a directory of your own: holdfast ${command} --root DIR.`,
  });
}
