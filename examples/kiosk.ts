/**
 * A kiosk on a small board such as a Raspberry Pi: its network, one container that shows the page, a nightly restart of it, and
 * a kernel that starts again by itself when it hangs.
 *
 *     holdfast plan examples/kiosk.ts --param interface=end0
 */
import { blueprint } from "holdfast";

const parameters = {
  interface: { type: "string", default: "eth0", description: "the wired interface" },
  image: { type: "string", default: "docker.io/library/nginx:1.27", description: "what it shows" },
} as const;

export default blueprint("kiosk", { parameters }, (host, parameters) => {
  if (host.os !== "linux") return;

  host.service("systemd-networkd", { state: "running", enabled: true });
  host.network(parameters.interface, { dhcp: true });

  host.package("podman");
  host.service("podman.socket", { state: "running", enabled: true });
  host.container("kiosk", {
    image: parameters.image,
    ports: ["80:80"],
    noNewPrivileges: true,
    limits: { memory: "256M", pids: 100 },
    restart: "unless-stopped",
  });

  // A page that leaks memory for a day is not there on the next.
  host.timer("kiosk-restart", {
    calendar: "*-*-* 04:00:00",
    command: ["/usr/bin/podman", "restart", "kiosk"],
  });

  // Nobody stands before it to press the button.
  host.sysctl("kernel.panic", { value: 10 });
  host.sysctl("kernel.panic_on_oops", { value: 1 });
  host.sysctl("kernel.watchdog", { value: 1 });
  host.sysctl("kernel.softlockup_panic", { value: 1 });
});
