import { type Component, eventsReply, type EventStream, jsonListReply } from "@holdfast/daemonkit";
import type { Served } from "../served.ts";
import { approvalOrders } from "./approvals.ts";
import { ledgerOrders } from "./ledger.ts";
import { operations } from "./operations.ts";
import { orders } from "./orders.ts";
import { passes } from "./passes.ts";
import { pauses } from "./pause.ts";
import { removalOrders } from "./removal.ts";
import { resources } from "./resources.ts";
import { undoOrders } from "./undo.ts";

/** What the control socket answers besides `/health` and `/status`. */
export function controlRoutes(served: Served, stream: EventStream): readonly Component[] {
  return [
    resources(served),
    ...orders(served),
    ...pauses(served),
    ledgerOrders(served),
    operations(served),
    removalOrders(served),
    ...undoOrders(served),
    approvalOrders(served),
    ...passes(served),
    events(stream),
  ];
}

function events(stream: EventStream): Component {
  const kept = () => jsonListReply({}, { name: "events", items: stream.since(undefined).events });
  return {
    name: "events",
    routes: [
      { method: "GET", path: "", respond: () => eventsReply(stream) },
      { method: "GET", path: "kept", respond: kept },
    ],
  };
}
