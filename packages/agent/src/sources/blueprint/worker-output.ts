/** As much of the end of what a worker writes on stderr as is kept. */
const KEPT_ERROR_CHARACTERS = 64 * 1024;

/** What a worker writes, on each of its descriptors. */
export class WorkerOutput {
  readonly #maxAnswerBytes: number;
  readonly #print: (text: string) => void;
  readonly #answer: Uint8Array[] = [];
  #answerBytes = 0;
  #errorText = "";

  constructor(maxAnswerBytes: number, print: (text: string) => void = () => {}) {
    this.#maxAnswerBytes = maxAnswerBytes;
    this.#print = print;
  }

  /** The receivers of stdout, of stderr, and of the descriptor of the answer. */
  get takers(): readonly ((chunk: Uint8Array) => void)[] {
    const printed = new TextDecoder();
    const complained = new TextDecoder();
    return [
      (chunk) => this.#print(printed.decode(chunk, { stream: true })),
      (chunk) => {
        const text = this.#errorText + complained.decode(chunk, { stream: true });
        this.#errorText = text.slice(-KEPT_ERROR_CHARACTERS);
      },
      (chunk) => this.#takeAnswer(chunk),
    ];
  }

  /** Empty when it gave none. */
  answer(): string {
    return new TextDecoder().decode(Buffer.concat(this.#answer));
  }

  /** The answer is longer than it may be, and not kept any more. */
  get isTooMuch(): boolean {
    return this.#answerBytes > this.#maxAnswerBytes;
  }

  get errorText(): string {
    return this.#errorText;
  }

  /** Of a worker that answered: what it wrote on stderr was meant for people. */
  printErrors(): void {
    if (this.#errorText !== "") this.#print(this.#errorText);
  }

  #takeAnswer(chunk: Uint8Array): void {
    this.#answerBytes += chunk.byteLength;
    if (this.isTooMuch) this.#answer.length = 0;
    else this.#answer.push(chunk);
  }
}
