// The entry of the child process that works on a remote mount. It is a program, so importing it runs it.
import { answerRemoteQuestions } from "./answer-questions.ts";

await answerRemoteQuestions();
