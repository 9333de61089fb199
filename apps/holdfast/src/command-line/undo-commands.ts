import type { Command } from "commander";
import { addRootOption, addUndoOptions } from "./options.ts";
import type { Add } from "./add-command.ts";

/** What takes changes back, and what says that they stay. */
export function undoCommands(add: Add): readonly Command[] {
  const undo = add("undo", "Show how a change is undone; undo it", async (...given) =>
    (await import("../commands/undo/undo.ts")).undo(...given),
  );
  const confirm = add("confirm", "Keep changes that might have cut you off", async (...given) =>
    (await import("../commands/undo/confirm.ts")).confirm(...given),
  );
  return [
    addRootOption(confirm.argument("[operation...]", "names of changes; default all that wait")),
    addUndoOptions(undo.argument("[operation]", "as holdfast history names it")),
  ];
}
