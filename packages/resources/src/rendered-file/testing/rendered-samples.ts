import type { KindSample, KindSamples, Operation } from "@holdfast/testing";
import fc from "fast-check";

/** What the laws need to know of a kind whose resource is one rendered file. */
export interface RenderedSamples<Input> {
  readonly name: string;
  readonly path: string;
  /** What an author may write. */
  readonly present: fc.Arbitrary<Input>;
  /** Whole texts that may be found there: as it would be rendered, nearly so, and by hand. */
  readonly found: readonly string[];
  readonly absent: Input;
  /** What it needs besides the directory. Default: nothing. */
  readonly needs?: readonly Operation[];
  /** What names an account that is not there, and is refused. Default: no field names one. */
  readonly unknownAccount?: fc.Arbitrary<Input>;
}

/** The samples of such a kind: it is made, put right, refused and removed as a file is. */
export function renderedSamples<Input extends { readonly state?: unknown }>({
  name,
  path,
  present,
  found,
  absent,
  needs: others = [],
  unknownAccount,
}: RenderedSamples<Input>): KindSamples<Input> {
  const parent = path.slice(0, path.lastIndexOf("/"));
  const needs: readonly Operation[] = [
    { type: "directory", path: parent },
    { type: "remove", path },
    ...others,
  ];
  const file: fc.Arbitrary<Operation> = fc.record({
    type: fc.constant("write" as const),
    path: fc.constant(path),
    content: fc.constantFrom(...found),
    mode: fc.constantFrom(0o644, 0o600),
  });
  const input = fc.oneof({ weight: 4, arbitrary: present }, fc.constant(absent));
  const common = { name: fc.constant(name), needs: fc.constant(needs) };
  const granted: fc.Arbitrary<KindSample<Input>> = fc.record({
    ...common,
    input,
    before: fc.array(file, { maxLength: 1 }),
  });
  const inTheWay: fc.Arbitrary<KindSample<Input>> = fc.record({
    ...common,
    input,
    before: fc.constant<readonly Operation[]>([{ type: "directory", path }]),
    refused: fc.constant("WrongType" as const),
  });
  const refused = unknownAccount?.map((declared): KindSample<Input> => {
    return { name, needs, input: declared, before: [], refused: "UnknownUser" };
  });
  return {
    samples: fc.oneof({ weight: 5, arbitrary: granted }, inTheWay, refused ?? granted),
    tampers: ({ input: { state } }) =>
      state === "absent"
        ? fc.constant<Operation>({ type: "write", path, content: "back\n" })
        : fc.constantFrom<Operation>(
            { type: "write", path, content: "edited\n" },
            { type: "replace", path, content: "replaced\n" },
            { type: "truncate", path, sizeBytes: 1 },
            { type: "remove", path },
            { type: "remove", path: parent },
            { type: "chmod", path, mode: 0o666 },
            { type: "chown", path, uid: 7, gid: 7 },
            { type: "directory", path },
          ),
  };
}
