/** Receives what the watches do, at once: for an observer that must act before the cause of an event is gone. */
export interface WatchRecorder {
  /** Before the first directory is listened to. Never rejects. */
  start(): Promise<void>;
  /**
   * A directory is listened to from now on, by the machine's path; the returned function is called when it no longer is.
   * What is listened to anew is attended anew first.
   */
  attend(directory: string): () => void;
  /** Something happened in one of them; nothing has been observed yet. */
  trigger(): void;
}
