/** A mistake on purpose, for docs/guide/testing.md: two resources decide about the mode of one file, a third is innocent. */
import { blueprint } from "holdfast";

export default blueprint("fight", (host) => {
  host.directory("/srv/app", { mode: 0o750, recurse: { mode: 0o640 } });
  host.file("/srv/app/README", { content: "Start it with: start\n", mode: 0o640 });
  host.file("/srv/app/start", { content: "#!/bin/sh\nexec /opt/app/bin/app\n", mode: 0o755 });
});
