/** Writes numbered events for ever and prints each number when it is acknowledged: `event-writer.ts DIRECTORY LAST`. */
import { writeSync } from "node:fs";
import { openEventLog } from "../eventlog/event-log.ts";

const [directory = "", last = "0"] = process.argv.slice(2);
const log = await openEventLog({ directory, operationId: "op", hostId: "host" });
for (let number = Number(last) + 1; ; number += 1) {
  const data = { number };
  await log.append({ level: "info", reason: "Numbered", message: `event ${number}`, data });
  writeSync(1, `${number}\n`);
}
