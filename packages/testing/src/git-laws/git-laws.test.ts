import { gitLaws } from "./git-laws.ts";
import { simulatedGitSubject } from "./simulated-git-subject.ts";

gitLaws({ machine: "a simulated machine", histories: 10 }, simulatedGitSubject);
