import { type Clock, Fault, type Json } from "@holdfast/core";
import { textAt } from "../parse/json-fields.ts";
import { type BegunAnswer, type EngineQuestion, exchange, unavailable } from "./exchange.ts";
import { readJson } from "./read-answer.ts";

/**
 * The newest version of the API whose words are known here. Docker 29 takes none below it, and Podman and older Docker are
 * asked in the one that they name.
 */
const KNOWN_API = "1.44";
/** Podman's socket starts its service, which takes a quarter of a second on a quiet machine. */
const USUAL_TIMEOUT_MS = 60_000;

/** An answer that was read to its end. */
export interface EngineAnswer {
  readonly status: number;
  readonly json: Json | undefined;
}

/** What an engine says of itself. */
export interface EngineSelf {
  /** Of the API, as it is asked. */
  readonly version: string;
  readonly isPodman: boolean;
}

/** What is asked; paths begin behind the version. */
export type AskedOfEngine = Omit<EngineQuestion, "timeoutMs"> & { readonly timeoutMs?: number };

/** Podman or Docker at one socket. Its version is asked once, and again when the engine was away or refuses it. */
export class EngineClient {
  readonly socketPath: string;
  readonly #clock: Clock;
  #self: EngineSelf | undefined;

  constructor(socketPath: string, clock: Clock) {
    this.socketPath = socketPath;
    this.#clock = clock;
  }

  /** @throws {Fault} ContainersUnavailable, NotPrivileged; what the signal says. */
  async self(signal: AbortSignal, timeoutMs = USUAL_TIMEOUT_MS): Promise<EngineSelf> {
    if (this.#self !== undefined) return this.#self;
    const question = { method: "GET", path: "/_ping", timeoutMs } as const;
    const answer = await exchange(question, this.#place(), signal);
    answer.close();
    const { "api-version": theirs, "libpod-api-version": libpod } = answer.headers;
    if (answer.status !== 200 || typeof theirs !== "string" || !/^\d+\.\d+$/.test(theirs)) {
      throw unavailable(`what listens at ${this.socketPath} is no container engine`);
    }
    this.#self = { version: older(theirs, KNOWN_API), isPodman: libpod !== undefined };
    return this.#self;
  }

  /** The answer, read to its end, whatever its status is. @throws {Fault} as `self`. */
  async ask(asked: AskedOfEngine, signal: AbortSignal): Promise<EngineAnswer> {
    const answer = await this.begin(asked, signal);
    try {
      return { status: answer.status, json: await readJson(answer) };
    } finally {
      answer.close();
    }
  }

  /** An answer that goes on; it is closed by who asked. @throws {Fault} as `self`. */
  async begin(asked: AskedOfEngine, signal: AbortSignal): Promise<BegunAnswer> {
    const { timeoutMs = USUAL_TIMEOUT_MS } = asked;
    const { version } = await this.self(signal, timeoutMs);
    const question = { ...asked, path: `/v${version}${asked.path}`, timeoutMs };
    try {
      const answer = await exchange(question, this.#place(), signal);
      // Another engine may have taken its place, which takes other versions.
      if (answer.status === 400) this.#self = undefined;
      return answer;
    } catch (error) {
      if (error instanceof Fault && error.reason === "ContainersUnavailable") {
        this.#self = undefined;
      }
      throw error;
    }
  }

  #place(): { readonly socketPath: string; readonly clock: Clock } {
    return { socketPath: this.socketPath, clock: this.#clock };
  }
}

/** The engine's own words of a refusal. */
export function wordsOf({ status, json }: EngineAnswer): string {
  const message = textAt(json, "message");
  return message === "" ? `the engine answered ${status}` : message.trim();
}

function older(one: string, other: string): string {
  const [major = 0, minor = 0] = one.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  const isOlder = major < otherMajor || (major === otherMajor && minor < otherMinor);
  return isOlder ? one : other;
}
