// The entry of the child process that reads remote mounts. It is a program, so importing it runs it.
import { answerRemoteQuestion } from "./answer-question.ts";

await answerRemoteQuestion();
