import { Fault } from "@holdfast/core";

/** Nothing can be read there, and nothing stands in for it. */
export function corruptFault(path: string, why: string): Fault {
  return new Fault({
    reason: "StateCorrupt",
    message: `${path} is damaged: ${why}`,
    resolution: `Restore it from a backup; or remove it and ${path}.previous, to have everything adopted anew.`,
  });
}

/** The file is another's. */
export function foreignFault(path: string, how: string): Fault {
  return new Fault({
    reason: "StateForeign",
    message: `${path} is not the state of before: ${how}`,
    resolution: `Put the right file back. If this one is meant, remove ${path}.previous.`,
  });
}

/** The file was there. */
export function lostFault(path: string, how: string): Fault {
  return new Fault({
    reason: "StateLost",
    message: `${path} is gone: ${how}`,
    resolution: `Copy ${path}.previous to ${path}; or remove it too, to have everything adopted anew.`,
  });
}

/** Somebody wrote in between. */
export function changedFault(path: string, how: string): Fault {
  return new Fault({
    reason: "StateChanged",
    message: `${path} was written by another run meanwhile: ${how}`,
    resolution: "Plan again: what was done already is found.",
  });
}
