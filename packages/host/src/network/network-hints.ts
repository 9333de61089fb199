import type { NetworkHint } from "@holdfast/core";
import { eachLine } from "../processes/each-line.ts";
import type { MonitorOutput } from "../processes/netlink-monitor.ts";

/** `3: v0@if2: <UP> mtu …`, `3: v0    inet 10.0.0.1/24 …`, each also behind `Deleted`. */
const OF_LINK = /^(?:Deleted )?\d+: ([^\s:@]+)/;
/** `10.1.0.0/16 via 10.0.0.2 dev v0 …` */
const OF_ROUTE = / dev (\S+)/;

/** Makes hints of what `ip -o monitor` writes: a line for each change. What it lost it complains about. */
export function networkHints(hear: (hint: NetworkHint) => void): MonitorOutput {
  const trigger = "the network of the kernel changed";
  const takeLine = (text: string): void => {
    if (text.trim() === "") return;
    const link = (OF_LINK.exec(text) ?? OF_ROUTE.exec(text))?.[1];
    hear({ type: "network", trigger, ...(link === undefined ? {} : { link }) });
  };
  return {
    lines: eachLine(takeLine),
    complaints: () => hear({ type: "overflow" }),
  };
}
