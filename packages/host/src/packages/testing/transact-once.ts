/** An agent of one transaction: it begins what its arguments say, under the task `killed`, and is killed meanwhile. */
import { openFiles } from "../../files/open-files.ts";
import { realFileCalls } from "../../files/real-calls.ts";
import { realClock } from "../../system/real-clock.ts";
import { openPathWatches } from "../../watch/path-watches.ts";
import { createPackages } from "../create-packages.ts";

const [root = "", taskDirectory = "", aptConfig = "", led = "", ...names] = process.argv.slice(2);
const image = { environment: { APT_CONFIG: aptConfig }, options: led.split(" ") };
const files = openFiles({ calls: realFileCalls, root, clock: realClock });
const packages = createPackages({
  clock: realClock,
  root,
  files,
  paths: openPathWatches({ clock: realClock, root }),
  taskDirectory,
  tool: "apt-get",
  ...(aptConfig === "" ? {} : { image }),
});
const { signal } = new AbortController();
const install = names.map((name) => ({ name }));
await packages.transact({ install }, { task: "killed" }, signal);
