import type { Actor } from "./actor.ts";
import { carryOut } from "./carry-out.ts";
import type { Operation } from "./operation.ts";

/**
 * What somebody else does with the package tool of a machine, as plain data like any `Operation`: the package is so
 * afterwards, whatever it was before. Nothing else is changed, what it needs neither.
 */
export type PackageOperation =
  | (PackageOperationOn<"installed"> & {
      /** One that the sources of the sample have. */
      readonly version: string;
      /** Default false. */
      readonly isHeld?: boolean;
      /** Came as a dependency. Default false. */
      readonly isAutomatic?: boolean;
    })
  /** Removed, its configuration left; purged where it has none. Nothing where it is not installed. */
  | PackageOperationOn<"removed">
  | PackageOperationOn<"purged">
  /** As a kill in the middle of its installation leaves it. Nothing where it is not installed. */
  | PackageOperationOn<"half-configured">;

/** What every such operation has. */
export interface PackageOperationOn<Result extends string> {
  readonly type: "package";
  /** With `:architecture` for a foreign one. */
  readonly name: string;
  readonly is: Result;
}

/** What the samples of a kind may do to a machine. */
export type SampleOperation = Operation | PackageOperation;

/** Who does it. */
export interface SampleActor {
  readonly actor: Actor;
  /** Only on machines whose sources have packages. */
  readonly changePackage?: ((operation: PackageOperation) => void) | undefined;
}

/** Does an operation of a sample. @throws {Error} when the samples name no packages, or the machine refuses. */
export function perform(operation: SampleOperation, { actor, changePackage }: SampleActor): void {
  if (operation.type !== "package") return carryOut(operation, actor);
  if (changePackage === undefined) throw new Error("`packages` of the samples names none");
  changePackage(operation);
}

/** A package as a line of a machine's tree: what its database says of it, and no more. */
export function packageLine(found: {
  readonly name: string;
  readonly architecture: string;
  readonly version: string | undefined;
  /** In the words of the port. */
  readonly state: string;
  readonly isHeld: boolean;
  readonly isAutomatic: boolean;
}): string {
  const { name, architecture, version = "", state, isHeld, isAutomatic } = found;
  const words = [
    version,
    state,
    ...(isHeld ? ["held"] : []),
    ...(isAutomatic ? ["automatic"] : []),
  ];
  return `/var/lib/packages/${name}:${architecture} file 0644 0:0 ${JSON.stringify(words.join(" "))}`;
}
