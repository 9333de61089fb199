/** A mistake on purpose, for docs/guide/testing.md: it works on every machine where it ran before. */
import { blueprint } from "holdfast";

export default blueprint("missing-dependency", (host) => {
  host.directory("/etc/app");
  host.exec("live", {
    command: ["cp", "/srv/templates/app.conf", "/etc/app/live.conf"],
    creates: "/etc/app/live.conf",
  });
  host.directory("/srv/templates");
  host.file("/srv/templates/app.conf", { content: "workers 4\n" });
});
