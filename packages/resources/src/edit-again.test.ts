import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FileWriter, ResourceKind } from "@holdfast/core";
import {
  actionOn,
  type KindRig,
  type SimulatedRig,
  simulatedRig,
  writeContext,
} from "@holdfast/testing";
import { startWithAccounts } from "./account/testing/account-files.ts";
import { hostnameKind } from "./hostname/kind.ts";
import { hostsEntryKind } from "./hosts-entry/kind.ts";
import { jsonFieldKind } from "./json-field/kind.ts";
import { lineKind } from "./line/kind.ts";
import { mountKind } from "./mount/kind.ts";
import { sshKeyKind } from "./ssh-key/kind.ts";
import { ALICE, BOB } from "./ssh-key/testing/sample-keys.ts";
import { swapKind } from "./swap/kind.ts";

/** A resource that is a part of a file, and what another program makes of that file at the same time. */
interface Edit {
  readonly path: string;
  readonly before: string | undefined;
  readonly theirs: string;
  /** Applies it on the host of a rig. @returns whether it is as declared then. */
  apply(rig: KindRig): Promise<boolean>;
}

function edit<Spec, Observed, Snapshot, Input>(
  kind: ResourceKind<Spec, Observed, Snapshot, Input>,
  name: string,
  input: Input,
): Edit["apply"] {
  const spec = kind.bind(name, input, (...mistake) => assert.fail(mistake.join(" ")));
  return async (rig) => {
    const context = writeContext(rig);
    const observe = async (): Promise<Observed | undefined> => {
      const found = await kind.observe(spec, context);
      return found.type === "present" ? found.value : undefined;
    };
    const observed = await observe();
    const changes = kind.diff(spec, observed);
    await kind.apply(actionOn(kind, { spec, observed, changes }), context);
    return kind.diff(spec, await observe()).length === 0;
  };
}

const KEYS = "/srv/app/.ssh/authorized_keys";
const FSTAB = "/etc/fstab";
const DISK = "UUID=0a34-07de";
const unmounted = { source: DISK, type: "ext4", mounted: "unmanaged" as const };

const EDITS: Readonly<Record<string, Edit>> = {
  line: {
    path: "/srv/conf",
    before: "a\n",
    theirs: "theirs\na\n",
    apply: edit(lineKind, "l", { path: "/srv/conf", line: "ours" }),
  },
  "json-field": {
    path: "/srv/conf",
    before: '{"a": 1}',
    theirs: '{"a": 2, "id": 1161888007138312193}',
    apply: edit(jsonFieldKind, "j", { path: "/srv/conf", field: "ours", value: true }),
  },
  "json-field in a file that somebody makes": {
    path: "/srv/conf",
    before: undefined,
    theirs: '{ "theirs": 1 }\n',
    apply: edit(jsonFieldKind, "j", { path: "/srv/conf", field: "b", value: 1, create: true }),
  },
  "ssh-key": {
    path: KEYS,
    before: "",
    theirs: `${BOB} theirs\n`,
    apply: edit(sshKeyKind, "k", { user: "app", key: ALICE }),
  },
  hostname: {
    path: "/etc/hosts",
    before: "127.0.0.1 localhost\n",
    theirs: "127.0.0.1 localhost theirs\n",
    apply: edit(hostnameKind, "web1", { hostsLine: true }),
  },
  "hosts-entry": {
    path: "/etc/hosts",
    before: "127.0.0.1 localhost\n",
    theirs: "127.0.0.1 localhost theirs\n",
    apply: edit(hostsEntryKind, "db", { addresses: "10.0.0.5" }),
  },
  mount: {
    path: FSTAB,
    before: "# first\n",
    theirs: "# theirs\n",
    apply: edit(mountKind, "/srv", unmounted),
  },
  swap: {
    path: FSTAB,
    before: "# first\n",
    theirs: "# theirs\n",
    apply: edit(swapKind, DISK, { active: "unmanaged" }),
  },
};

/** A machine on which another program does something to a path each time before it is written. */
function contested({ path, before }: Edit, interfere: (rig: SimulatedRig) => void): SimulatedRig {
  const rig = simulatedRig((host) => {
    startWithAccounts()(host);
    const owner = { uid: 1000, gid: 1000 };
    host.kernel.tamper.makeDirectory("/srv/app", owner);
    host.kernel.tamper.makeDirectory("/srv/app/.ssh", { mode: 0o700, ...owner });
    if (before !== undefined) host.kernel.tamper.write(path, before, path === KEYS ? owner : {});
  });
  const { files } = rig.host;
  const write: FileWriter["write"] = async (request, signal) => {
    if (request.path === path) interfere(rig);
    await files.write(request, signal);
  };
  return { ...rig, host: { ...rig.host, files: { ...files, write } } };
}

suite("edits of files that others write too", () => {
  for (const [name, one] of Object.entries(EDITS)) {
    const replaceIt = ({ host }: SimulatedRig, text: string): void =>
      host.kernel.tamper.replaceByRename(
        one.path,
        text,
        one.path === KEYS ? { uid: 1000, gid: 1000 } : {},
      );

    test(`K10: ${name}: what another program wrote meanwhile stays, and the edit is made in it`, async () => {
      let count = 0;
      const rig = contested(one, (machine) => {
        count += 1;
        if (count < 3) replaceIt(machine, one.theirs);
      });
      assert.ok(await rig.finish(one.apply(rig)));
      const after = rig.host.kernel.inspect.text(one.path) ?? "";
      const unmatched = one.theirs.replace(/[}\s]*$/, "");
      assert.ok(after.startsWith(unmatched) && after !== one.theirs, after);
      assert.equal(count, 2);
    });

    test(`K10: ${name}: a file that is rewritten each time is left to who writes it`, async () => {
      let count = 0;
      const rig = contested(one, (machine) => {
        count += 1;
        replaceIt(machine, one.theirs.replace("theirs", `theirs${count}`) + " ".repeat(count));
      });
      await assert.rejects(rig.finish(one.apply(rig)), { reason: "ChangedMeanwhile" });
      assert.equal(count, 8);
      assert.ok(rig.host.kernel.inspect.text(one.path)?.endsWith(" ".repeat(8)));
    });
  }
});
