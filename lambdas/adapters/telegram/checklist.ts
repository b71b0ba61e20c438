import { isObject, valueAt } from "../untrusted.ts";
import { renderText } from "./entities.ts";

/** A checklist's words, a line each: its title, then its tasks, done or not. */
export function wordsOfChecklist(list: unknown): string {
  const tasks = tasksIn(list).map((task) => {
    const atSeconds = valueAt(task, "completion_date");
    // Nought where it is not done: https://core.telegram.org/bots/api#checklisttask
    return line(task, typeof atSeconds === "number" && atSeconds > 0);
  });
  return [marked(list, "title"), ...tasks].filter(Boolean).join("\n");
}

/** Which tasks of a list somebody has marked, as done and as not; of a list that is not told nothing. */
export function wordsOfMarkedTasks(marks: unknown): string {
  const list = valueAt(marks, "checklist_message", "checklist");
  const marksIn = (field: string, isDone: boolean) => {
    const ids = valueAt(marks, field);
    const tasks = tasksIn(list).filter(
      (task) => Array.isArray(ids) && ids.includes(valueAt(task, "id")),
    );
    return tasks.map((task) => line(task, isDone));
  };
  const lines = [
    ...marksIn("marked_as_done_task_ids", true),
    ...marksIn("marked_as_not_done_task_ids", false),
  ];
  return lines.length === 0 ? "" : [marked(list, "title"), ...lines].filter(Boolean).join("\n");
}

function tasksIn(list: unknown): readonly unknown[] {
  const tasks = valueAt(list, "tasks");
  return Array.isArray(tasks) ? tasks.filter(isObject) : [];
}

function line(task: unknown, isDone: boolean): string {
  return `${isDone ? "☑" : "☐"} ${marked(task, "text")}`;
}

function marked(holder: unknown, field: string): string {
  const text = valueAt(holder, field);
  return typeof text === "string" ? renderText(text, valueAt(holder, `${field}_entities`)) : "";
}
