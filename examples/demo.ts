/**
 * Shows Holdfast at work: a web server in a disposable machine where one can be booted, files on a temporary root
 * elsewhere. Everything shown is checked; the first thing that is not as promised ends the demo with an error.
 * `npm run demo`, or `npm run demo -- --files`
 */
import { showFiles } from "./demo/files.ts";
import { missingForMachine, showMachine } from "./demo/machine.ts";

const missing = process.argv.includes("--files") ? "as asked" : missingForMachine();
if (missing === undefined) {
  console.log(
    "Holdfast keeps a web server in a disposable machine, as examples/nginx.yaml declares it.",
  );
  console.log("The package is a stand-in for nginx, because the machine has no network.\n");
  await showMachine();
} else {
  console.log(`Files only, not a web server in a disposable machine: ${missing}.`);
  await showFiles();
}
console.log("\nEverything was as promised.");
