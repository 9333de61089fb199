// The entry of the thread that reads many files at once. It is a program, so importing it runs it.
import { answerThreadQuestion } from "./answer-question.ts";

await answerThreadQuestion();
