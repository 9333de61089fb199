/** A mistake on purpose, for docs/guide/testing.md: the guard checks something that the command does not make. */
import { blueprint } from "holdfast";

export default blueprint("endless-exec", (host) => {
  host.exec("path", {
    command: "echo 'export PATH=$PATH:/opt/tool/bin' >> /etc/profile",
    shell: true,
    unless: ["grep", "-q", "/opt/tool/sbin", "/etc/profile"],
  });
});
