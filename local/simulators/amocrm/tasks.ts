import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account, Method } from "./account.ts";
import { halAnswer, mainRefusal } from "./answers.ts";
import { accountNumber, tokenUserId } from "./crm.ts";
import type { Task } from "./crm.ts";
import { isWanted, listAnswer, readList, readOrder } from "./lists.ts";
import { entityExists } from "./notes.ts";
import { switchesOf } from "./switches.ts";
import { checkResponsible } from "./users.ts";
import { notSupported, readEntities, readEntity } from "./validation.ts";
import type { EntityError } from "./validation.ts";

/** A call and a meeting. An account can have more types, which its administrators make. */
const taskTypes = [1, 2];
const common = {
  entity_id: z.int().optional(),
  entity_type: z.enum(["leads", "contacts"]).optional(),
  task_type_id: z.literal(taskTypes).optional(),
  responsible_user_id: z.int().optional(),
  duration: z.int().min(0).optional(),
  is_completed: z.boolean().optional(),
  result: z.strictObject({ text: z.string() }).optional(),
  request_id: z.string().optional(),
};
const text = z.string().min(1);
const completeTill = z.int().positive();
const newTaskSchema = z.strictObject({ ...common, text, complete_till: completeTill });
const changeSchema = z.strictObject({
  ...common,
  text: text.optional(),
  complete_till: completeTill.optional(),
});
type TaskChange = z.infer<typeof changeSchema>;

/** `POST /api/v4/tasks`: an array. It creates all tasks or none. */
export const addTasks: Method = (account, request) => {
  const given = readEntities(request, {
    schema: newTaskSchema,
    check: (task) => checkTask(account, task),
  });
  const tasks = given.map(({ entity: task, requestId }) => {
    const at = Math.floor(account.now() / 1000);
    const added: Task = {
      id: takeId(account),
      entity: task.entity_type,
      entityId: task.entity_id,
      text: task.text,
      completeTill: task.complete_till,
      taskTypeId: task.task_type_id ?? 1,
      durationSeconds: task.duration ?? 0,
      responsibleUserId: task.responsible_user_id ?? tokenUserId(switchesOf(account)),
      isCompleted: task.is_completed ?? false,
      result: task.result?.text,
      createdAt: at,
      updatedAt: at,
    };
    account.tasks.push(added);
    return { id: added.id, request_id: requestId };
  });
  return halAnswer({ _embedded: { tasks } });
};

/** `PATCH /api/v4/tasks/{id}`: closes a task with a result, or changes it. */
export const changeTask: Method = (account, request, id) => {
  const task = account.tasks.find((each) => each.id === id);
  const check = (change: TaskChange) =>
    task === undefined ? [notSupported("id")] : checkTask(account, change);
  const given = readEntity(request, { schema: changeSchema, check });
  if (task === undefined) throw mainRefusal(400, "Bad Request", "No such task");
  task.entity = given.entity_type ?? task.entity;
  task.entityId = given.entity_id ?? task.entityId;
  task.text = given.text ?? task.text;
  task.completeTill = given.complete_till ?? task.completeTill;
  task.taskTypeId = given.task_type_id ?? task.taskTypeId;
  task.durationSeconds = given.duration ?? task.durationSeconds;
  task.responsibleUserId = given.responsible_user_id ?? task.responsibleUserId;
  task.isCompleted = given.is_completed ?? task.isCompleted;
  task.result = given.result?.text ?? task.result;
  task.updatedAt = Math.floor(account.now() / 1000);
  return halAnswer({ id, updated_at: task.updatedAt });
};

function checkTask(account: Account, given: TaskChange): EntityError[] {
  const { entity_type: entity, entity_id: entityId } = given;
  const errors = checkResponsible(account, given);
  if ((entity === undefined) !== (entityId === undefined)) {
    errors.push(notSupported(entity === undefined ? "entity_type" : "entity_id"));
  } else if (entity !== undefined && !entityExists(account, entity, entityId)) {
    errors.push(notSupported("entity_id"));
  }
  return errors;
}

/** `GET /api/v4/tasks`. These filters are not a paid function. */
export const listTasks: Method = (account, request) => {
  const { query } = request;
  const types = readList(query, "filter[entity_type]");
  const ids = readList(query, "filter[entity_id]").map(Number);
  const users = readList(query, "filter[responsible_user_id]").map(Number);
  const completed = readList(query, "filter[is_completed]");
  if (ids.length > 0 && types.length === 0) {
    throw mainRefusal(400, "Bad Request", "filter[entity_id] needs filter[entity_type]");
  }
  const items = account.tasks
    .filter((task) => isWanted(types, task.entity) && isWanted(ids, task.entityId))
    .filter((task) => isWanted(users, task.responsibleUserId))
    .filter((task) => isWanted(completed, task.isCompleted ? "1" : "0"))
    .sort(
      readOrder<Task>(query, {
        created_at: ({ createdAt }) => createdAt,
        complete_till: (task) => task.completeTill,
      }),
    );
  return listAnswer(request, { name: "tasks", items, show: taskObject });
};

function taskObject(task: Task): object {
  return {
    id: task.id,
    created_at: task.createdAt,
    updated_at: task.updatedAt,
    responsible_user_id: task.responsibleUserId,
    group_id: 0,
    entity_id: task.entityId ?? null,
    entity_type: task.entity ?? null,
    duration: task.durationSeconds,
    is_completed: task.isCompleted,
    task_type_id: task.taskTypeId,
    text: task.text,
    result: task.result === undefined ? [] : { text: task.result },
    complete_till: task.completeTill,
    account_id: accountNumber,
  };
}
