import { Fault } from "@holdfast/core";

/** A task becomes the name of a unit and of files. */
const TASK = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** @throws {Fault} InputInvalid, when it is no name for a task. */
export function requireTask(task: string): void {
  if (TASK.test(task)) return;
  throw new Fault({
    reason: "InputInvalid",
    message: `${JSON.stringify(task.slice(0, 120))} is not the name of a task`,
    resolution: "Use up to 100 letters, digits, dots, underscores and hyphens.",
  });
}

/** Every call of the tool that goes on without us has a task of its own, made of the transaction's. */
export function stepTasks(task: string): { finish: string; change: string; purge: string } {
  return { finish: `${task}.finish`, change: task, purge: `${task}.purge` };
}
