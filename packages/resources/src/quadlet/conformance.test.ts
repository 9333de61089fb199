import type { FaultReason } from "@holdfast/core";
import {
  type Behaviour,
  kindConformance,
  type KindSample,
  type Operation,
} from "@holdfast/testing";
import fc from "fast-check";
import { quadletKind } from "./kind.ts";
import type { QuadletInput } from "./spec.ts";

const DIRECTORY = "/etc/containers/systemd";
const SCRATCH = "/run/holdfast-quadlet";
const GENERATOR = "/usr/lib/systemd/system-generators/podman-system-generator";
const CONTAINER = "[Container]\nImage=registry.example/app:1\n";
const VOLUME = "[Volume]\n";

const write = (path: string, content: string): Operation => ({ type: "write", path, content });
const unit = (verb: "start" | "stop" | "daemon-reload", name = ""): Operation => ({
  type: "unit",
  verb,
  unit: name,
});

/** A file with its service, and what may be there of it. */
interface Subject {
  readonly name: string;
  readonly path: string;
  readonly service: string;
  readonly texts: readonly string[];
}

const SUBJECTS: readonly Subject[] = [
  {
    name: "hf-law.container",
    path: `${DIRECTORY}/hf-law.container`,
    service: "hf-law.service",
    texts: [
      CONTAINER,
      `${CONTAINER}Environment=A=b\n[Install]\nWantedBy=multi-user.target\n`,
      `[Unit]\nDescription=of the law\n\n${CONTAINER}# why\nLabel=a=b \\\n  c=d\n`,
    ],
  },
  {
    name: "hf-law.volume",
    path: `${DIRECTORY}/hf-law.volume`,
    service: "hf-law-volume.service",
    texts: [VOLUME, `${VOLUME}VolumeName=data\n`],
  },
];

/** Nothing of it. */
function needsOf({ service, path }: Subject): readonly Operation[] {
  return [
    { type: "directory", path: DIRECTORY },
    { type: "directory", path: SCRATCH },
    { type: "directory", path: "/run/systemd/generator" },
    unit("stop", service),
    { type: "remove", path },
    unit("daemon-reload"),
  ];
}

function startsOf({ path, service, texts }: Subject): fc.Arbitrary<readonly Operation[]> {
  const loaded = texts.map((text) => [write(path, text), unit("daemon-reload")]);
  return fc.constantFrom<readonly Operation[]>(
    [],
    [write(path, texts[0] ?? "")],
    [write(path, "garbage\n")],
    [{ type: "write", path, content: texts[0] ?? "", mode: 0o600 }],
    ...loaded,
    ...loaded.map((before) => [...before, unit("start", service)]),
    ...loaded.map((before) => [...before, unit("start", service), write(path, texts.at(-1) ?? "")]),
  );
}

function inputsOf({ texts }: Subject): fc.Arbitrary<QuadletInput> {
  return fc
    .oneof(
      fc.record({
        text: fc.constantFrom(...texts),
        state: fc.constantFrom(undefined, "running", "stopped", "present"),
      }),
      fc.constant({ state: "absent" as const }),
    )
    .map(({ state, ...rest }) => ({ ...rest, ...(state === undefined ? {} : { state }) }));
}

function sampleOf(subject: Subject): fc.Arbitrary<KindSample<QuadletInput>> {
  return fc.record({
    name: fc.constant(subject.name),
    input: inputsOf(subject),
    needs: fc.constant(needsOf(subject)),
    before: startsOf(subject),
    isStepwise: fc.constant(true),
  });
}

function refusedSample(
  subject: Subject,
  input: QuadletInput,
  before: readonly Operation[],
  refused: FaultReason,
): fc.Arbitrary<KindSample<QuadletInput>> {
  return fc.constant({ name: subject.name, input, needs: needsOf(subject), before, refused });
}

const [container, volume] = SUBJECTS as readonly [Subject, Subject];
const running = [
  write(container.path, CONTAINER),
  unit("daemon-reload"),
  unit("start", "hf-law.service"),
];
const refused = fc.oneof(
  refusedSample(container, { text: "[Container]\nImge=x\n" }, [], "ValidationFailed"),
  refusedSample(container, { text: "[Container]\nImge=x\n" }, running, "ValidationFailed"),
  refusedSample(
    container,
    { text: `${CONTAINER}Volume=hf-none.volume:/data\n` },
    running,
    "ValidationFailed",
  ),
  refusedSample(volume, { text: VOLUME }, [{ type: "directory", path: volume.path }], "WrongType"),
);

function tampers({ name, input: { state } }: KindSample<QuadletInput>): fc.Arbitrary<Operation> {
  const { path, service, texts } = name === container.name ? container : volume;
  if (state === "absent") return fc.constant(write(path, texts[0] ?? ""));
  const edits: readonly Operation[] = [
    write(path, `${texts[0] ?? ""}#edited\n`),
    { type: "replace", path, content: `${texts[0] ?? ""}Label=x=y\n` },
    { type: "chmod", path, mode: 0o666 },
    { type: "remove", path },
  ];
  if (state === "present") return fc.constantFrom(...edits);
  return fc.constantFrom(...edits, unit(state === "stopped" ? "start" : "stop", service));
}

/** Says of every file in the folders what the real one says, as far as the samples go. */
const generator: Behaviour = ({ env }, { inspect }) => {
  const folders = (env["QUADLET_UNIT_DIRS"] ?? "").split(":");
  const files = folders.flatMap((folder) =>
    (inspect.list(folder) ?? []).map((name) => ({ name, path: `${folder}/${name}` })),
  );
  const faults = files.flatMap(({ name, path }) => {
    const text = inspect.text(path) ?? "";
    if (text.includes("garbage")) return [`error loading "${path}", file contains line 1`];
    if (text.includes("Imge")) return [`converting "${name}": unsupported key 'Imge' in ${path}`];
    const volumes = [...text.matchAll(/^Volume=(.*?):/gm)].map(([, named = ""]) => named);
    const missing = volumes.filter((named) => !files.some((file) => file.name === named));
    return missing.map((named) => `converting "${name}": source ${named} was not found`);
  });
  const fine = files.filter(
    ({ path, name }) =>
      !faults.some((fault) => fault.includes(path) || fault.includes(`"${name}"`)),
  );
  return {
    exitCode: faults.length === 0 ? 0 : 1,
    stdout: fine.map(({ path }) => `SourcePath=${path}\n`).join(""),
    stderr: faults.map((fault) => `quadlet-generator[7]: ${fault}\n`).join(""),
  };
};

kindConformance(quadletKind, {
  samples: fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...SUBJECTS.map(sampleOf)) },
    { weight: 2, arbitrary: refused },
  ),
  tampers,
  programs: { [GENERATOR]: generator },
  troubledCalls: 15,
  machine: { directories: [DIRECTORY, SCRATCH], units: "hf-law" },
  onReal: { runs: 4, troubledCalls: 4, tampers: 10 },
});
