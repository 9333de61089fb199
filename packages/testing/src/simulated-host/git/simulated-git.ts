import {
  type BranchHead,
  type CheckoutContent,
  type FileWriter,
  type GitWriter,
  throwIfAborted,
} from "@holdfast/core";
import { findCheckout } from "@holdfast/host";
import { checkOutSimulated } from "./simulated-check-out.ts";
import {
  hasSimulatedRemote,
  type SimulatedGitOptions,
  readSimulatedText,
  unreachableRemote,
} from "./git-parts.ts";
import { removeSimulatedCheckout } from "./simulated-removal.ts";
import { compareContent } from "./compare-content.ts";
import { SimulatedRepository } from "./simulated-repository.ts";

/**
 * A small model of git over the disk of the simulated machine: repositories are files in git's own form, whoever changes them. It knows
 * what the laws of the port say; it has no submodules, no history that is not whole, and no remote but a path.
 */
export function simulatedGit(options: SimulatedGitOptions): GitWriter {
  const { clock, files } = options;
  const answers = new Map<string, { readonly head: BranchHead; readonly atMs: number }>();
  return {
    async observe(query, signal) {
      const found = await findCheckout(options, query, signal);
      if (found.type !== "checkout") return found;
      const { isConfigured, head } = found.checkout;
      const content: CheckoutContent =
        isConfigured && head !== undefined
          ? await compareContent(new SimulatedRepository(files, query.place.path), head, signal)
          : { type: "unobserved" };
      return { type: "checkout", checkout: { ...found.checkout, content } };
    },
    async branchHead({ source, branch, maxAgeMs }, signal) {
      throwIfAborted(signal);
      const key = `${source.repository} ${branch}`;
      const known = answers.get(key);
      if (known !== undefined && clock.monotonicMs() - known.atMs < maxAgeMs) return known.head;
      const head = await headAtRemote(files, { repository: source.repository, branch }, signal);
      answers.set(key, { head, atMs: clock.monotonicMs() });
      return head;
    },
    async checkOut(request, signal) {
      const result = await checkOutSimulated(options, request, signal);
      const { source, target, commit } = request;
      if (target.type === "branch" && result.head !== commit) {
        const head: BranchHead = { type: "known", commit: result.head };
        answers.set(`${source.repository} ${target.name}`, { head, atMs: clock.monotonicMs() });
      }
      return result;
    },
    removeCheckout: (request, signal) => removeSimulatedCheckout(options, request, signal),
  };
}

async function headAtRemote(
  files: FileWriter,
  { repository, branch }: { readonly repository: string; readonly branch: string },
  signal: AbortSignal,
): Promise<BranchHead> {
  if (!(await hasSimulatedRemote(files, repository, signal)))
    return { type: "unreachable", fault: unreachableRemote(repository) };
  const commit = await readSimulatedText(files, `${repository}/refs/heads/${branch}`, signal);
  return commit === undefined ? { type: "absent" } : { type: "known", commit };
}
