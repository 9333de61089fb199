import { Fault, type FaultReason, lastOutput, type CommandResult } from "@holdfast/core";

/** The tree is not the user's whom git would run as. */
export function foreignTree(path: string, uid: number, wanted: string): Fault {
  return fault(
    "CheckoutForeign",
    `${path} belongs to the user with number ${uid}, not to ${wanted}: git does not run in it`,
    "Declare `owner` as the user whom the tree belongs to, or give the whole tree to the declared one.",
  );
}

/** Others may write into the repository. */
export function sharedTree(path: string): Fault {
  return fault(
    "CheckoutForeign",
    `others than the owner may write into ${path} or its .git: git does not run in it`,
    `Take that right away: chmod o-w ${path}; chmod go-w ${path}/.git.`,
  );
}

/** A repository that this port does not know how to keep. */
export function foreignFormat(path: string, what: string): Fault {
  return fault(
    "CheckoutForeign",
    `${path} is a repository of a form that is not kept here: ${what}`,
    "Move it away, so that a plain checkout is made in its place.",
  );
}

/** A lock that somebody holds, or that was left. */
export function lockedCheckout(lock: string, holder: string | undefined): Fault {
  const message =
    holder === undefined
      ? `${lock} was left by a git that was killed: no process works in the checkout`
      : `${lock} is held: ${holder} works in the checkout`;
  const resolution =
    holder === undefined ? `Remove ${lock}.` : "Wait until it has ended, or end it.";
  return fault("CheckoutLocked", message, resolution);
}

/** The remote does not answer, or does not let in. `repository` has no password in it. */
export function unreachable(repository: string, result: CommandResult | Fault): Fault {
  const why = result instanceof Fault ? `: ${result.message}` : lastOutput(result);
  if (why.includes(DUBIOUS)) return foreignRemote(repository);
  return fault(
    "RemoteUnreachable",
    `${repository} cannot be fetched from${why}`,
    "Check the address, the network and the credentials.",
  );
}

/** What git says of a repository on this machine that belongs to somebody else; what it advises has no effect here. */
const DUBIOUS = "dubious ownership";

function foreignRemote(repository: string): Fault {
  return fault(
    "RemoteUnreachable",
    `${repository} cannot be fetched from: it belongs to another user than the checkout, and git reads no such repository`,
    "Give the repository to the user of the checkout, declare the user whom it belongs to as `owner`, or fetch it over ssh or https.",
  );
}

/** The remote has nothing of that name. */
export function noSuchTarget(repository: string, what: string): Fault {
  return fault(
    "RevisionNotFound",
    `${repository} has no ${what}`,
    "Correct the name, or push what is missing.",
  );
}

/** A checkout that cannot be removed without losing something. */
export function localWork(path: string, what: string): Fault {
  return fault(
    "LocalWork",
    `${path} has ${what}, which are nowhere else`,
    "Push or save them, or say `force: true` to remove them too.",
  );
}

/** Something else is where a checkout should be. */
export function inTheWay(reason: "WrongType" | "DirectoryNotEmpty", message: string): Fault {
  return fault(reason, message, "Move away what is there, or choose another path.");
}

function fault(reason: FaultReason, message: string, resolution: string): Fault {
  return new Fault({ reason, message, resolution });
}
