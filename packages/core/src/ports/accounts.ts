/** Names and numbers of users and groups of the host's root. A lookup that fails is a fault, never "no such user". */
export interface Accounts {
  /**
   * The uid of a name, or of a decimal number as text; `undefined` when nobody has that name.
   * @throws {Fault} HostFailed, when the account database cannot be read.
   */
  userId(name: string, signal: AbortSignal): Promise<number | undefined>;
  /** Likewise for groups. */
  groupId(name: string, signal: AbortSignal): Promise<number | undefined>;
}
