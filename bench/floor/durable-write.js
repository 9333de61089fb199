// The floor under a first apply: every file of a manifest written durably, so many in flight.
import { readFileSync } from "node:fs";
import { writeDurably } from "./durable.js";

const [manifestPath, root, inFlight] = process.argv.slice(2);
const { resources } = JSON.parse(readFileSync(manifestPath, "utf8"));
const files = resources.map(({ name, spec }) => ({ path: root + name, content: spec.content }));
await writeDurably(files, Number(inFlight));
