/**
 * What somebody does to a machine's containers with the engine's own tool. What the engine refuses is no operation: nothing
 * happens. On a machine without an engine nothing happens either.
 */
export interface ContainerOperation {
  readonly type: "container";
  readonly verb: ContainerVerb;
  /** Of the container, image, network or volume. */
  readonly name: string;
  /** The new name, the network, or the image of a container that is run. Default: none. */
  readonly to?: string;
}

/**
 * `run`: a container of theirs, in no network. `tag`: the reference `name` is the image of `to` from now on. The last four
 * make and remove networks and volumes, without a thought for who uses them.
 */
export type ContainerVerb =
  | "run"
  | "kill"
  | "stop"
  | "start"
  | "remove"
  | "rename"
  | "connect"
  | "disconnect"
  | "tag"
  | "remove-image"
  | "make-network"
  | "remove-network"
  | "make-volume"
  | "remove-volume";

/** Does these on one machine, at once. */
export interface ContainerActor {
  act(operation: ContainerOperation): void;
}
