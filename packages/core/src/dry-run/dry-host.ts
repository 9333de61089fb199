import { readerOf } from "../kind-ports/reader-of.ts";
import type { HostReader, HostWriter } from "../ports/host.ts";
import type { Thing } from "../resource/kind.ts";
import { dryAccounts } from "./dry-accounts.ts";
import { dryCommands } from "./dry-commands.ts";
import { dryContainers } from "./dry-containers.ts";
import { dryFiles } from "./dry-files.ts";
import { dryGit } from "./dry-git.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";

/**
 * A host that reads and never writes: made of what reads, and of what ends the dry run in the place of each call that
 * writes. What a port can refuse beforehand it refuses here.
 */
export function dryHost(host: HostWriter, run: DryRun, known: KnownOfHost): HostWriter {
  const reader = readerOf(host);
  return {
    ...reader,
    files: dryFiles(reader.files, run, known.parents),
    accounts: dryAccounts(reader.accounts, run, known.accounts),
    commands: dryCommands(reader.commands, run, known.programs),
    containers: dryContainers(reader.containers, run),
    ...dryContent(reader, run),
    ...dryMachine(reader, run, known),
  };
}

function dryContent(
  { oneShots }: HostReader,
  run: DryRun,
): Pick<HostWriter, "downloads" | "archives" | "oneShots"> {
  const nothing = async (): Promise<void> => {};
  return {
    downloads: { stream: () => stopping(run) },
    archives: {
      async open(chunks) {
        // A source that is not there is found when its first chunk is taken.
        for await (const _chunk of chunks) break;
        return run.stop();
      },
    },
    // The key of a one-shot is begun before its command: neither happens.
    oneShots: { ...oneShots, begin: nothing, done: nothing, forget: nothing },
  };
}

function dryMachine(
  { files, packages, services, system, git, mounts, firewall, network }: HostReader,
  run: DryRun,
  known: KnownOfHost,
): Pick<
  HostWriter,
  "packages" | "services" | "system" | "git" | "mounts" | "firewall" | "network"
> {
  const stop = async (): Promise<never> => run.stop();
  return {
    packages: { ...packages, transact: stop },
    services: {
      ...services,
      observeMany: (requests, signal) => {
        for (const { unit } of requests) run.see(`unit:${unit}`);
        run.seeNeeds();
        return services.observeMany(requests, signal);
      },
      start: stop,
      stop,
      restart: stop,
      reload: stop,
      reloadOrRestart: stop,
      enable: stop,
      disable: stop,
      mask: stop,
      unmask: stop,
      daemonReload: stop,
      startTransient: stop,
      forgetTransient: stop,
    },
    system: { ...system, setHostName: stop, reboot: stop },
    git: dryGit(git, { files, run, parents: known.parents }),
    mounts: {
      ...mounts,
      read: (sources, signal) => {
        for (const source of sources) run.see(deviceThing(source));
        run.seeNeeds();
        return mounts.read(sources, signal);
      },
      mount: stop,
      remount: stop,
      unmount: stop,
      swapOn: stop,
      swapOff: stop,
      formatSwap: stop,
    },
    firewall: {
      ...firewall,
      replace: async (table, signal) => {
        await firewall.check(table, signal);
        return run.stop();
      },
      remove: stop,
    },
    network: { ...network, change: stop, reload: stop },
  };
}

function deviceThing(source: string): Thing {
  return source.startsWith("/") ? `path:${source}` : `device:${source}`;
}

async function* stopping(run: DryRun): AsyncGenerator<Uint8Array, void> {
  yield run.stop();
}
