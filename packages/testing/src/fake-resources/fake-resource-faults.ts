import { Fault, type FaultRetry } from "@holdfast/core";

/** A call that was set to fail. */
export function worldFault(name: string, retry: FaultRetry = "backoff"): Fault {
  return new Fault({
    reason: "HostFailed",
    retry,
    message: `the world refused fake ${name}`,
    resolution: "Wait until the test lets go.",
  });
}

/** What ends a watch unless the test says otherwise. */
export function watchFault(): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: "the watch was broken by the test",
    resolution: "Wait until it is restarted.",
  });
}
