import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";

/** Ends what a command printed; no command of a test prints it. */
const END = "-end-of-answer-";

/** A shell that runs the commands it is given and descends from no process of ours. Disposing ends it. */
export class Outsider implements AsyncDisposable {
  readonly pid: number;
  readonly #words: Duplex;
  readonly #answers: Duplex;
  #printed = "";
  #tell: () => void = () => {};

  private constructor(pid: number, words: Duplex, answers: Duplex) {
    this.pid = pid;
    this.#words = words;
    this.#answers = answers;
    answers.on("data", (chunk) => {
      this.#printed += String(chunk);
      this.#tell();
    });
  }

  /** Starts one; the shell that starts it is gone by then, so that it has another parent. */
  static async start(): Promise<Outsider> {
    const parent = spawn("/bin/sh", ["-c", "/bin/sh -s <&3 >&4 2>&1 & echo $!"], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdio: ["ignore", "pipe", "inherit", "pipe", "pipe"],
    });
    const ended = once(parent, "exit");
    assert.ok(parent.stdout);
    const printed: unknown[] = await once(parent.stdout, "data");
    await ended;
    return new Outsider(Number(String(printed[0])), pipeOf(parent, 3), pipeOf(parent, 4));
  }

  /** Has it run a line of shell, and returns what that printed once it is over. */
  async does(line: string): Promise<string> {
    this.#words.write(`${line}\necho ${END}\n`);
    while (!this.#printed.includes(END)) {
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
    const [answer = ""] = this.#printed.split(END);
    this.#printed = this.#printed.slice(answer.length + END.length);
    return answer.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#answers, "close");
    this.#words.destroy();
    await ended;
  }
}

function pipeOf(child: ChildProcess, at: number): Duplex {
  const pipe = child.stdio[at];
  assert.ok(pipe instanceof Duplex);
  return pipe;
}
