import { suite } from "node:test";
import { gitLaws, hasProgram, openRealGit } from "@holdfast/testing";

suite("checkouts by git", { skip: !hasProgram("git") && "git is not installed" }, () => {
  gitLaws({ machine: "the real git", histories: 2 }, openRealGit);
});
