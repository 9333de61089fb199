/** Boots a machine, says where it is, and waits to be killed. */
import { TestHost } from "../test-host.ts";

await using host = await TestHost.boot();
process.stdout.write(JSON.stringify(host.place));
await new Promise(() => setInterval(() => {}, 60_000));
