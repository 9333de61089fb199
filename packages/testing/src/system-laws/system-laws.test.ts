import { createSimulatedHost } from "../simulated-host/simulated-host.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { systemLaws } from "./system-laws.ts";

const HOST_NAME = "/proc/sys/kernel/hostname";

systemLaws({ machine: "the simulated machine", runs: 50 }, async () => {
  const clock = new VirtualClock();
  const host = createSimulatedHost({ clock });
  const { kernel } = host;
  return {
    system: host.system,
    ofRoot: createSimulatedHost({ clock, kernel, root: "/srv/image" }).system,
    actor: {
      hostName: () => kernel.inspect.text(HOST_NAME)?.trimEnd() ?? "",
      setHostName: (name) => kernel.tamper.write(HOST_NAME, `${name}\n`),
    },
    finish: (work) => clock.finish(work),
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
});
