import type { CrmEntity, CrmTasks } from "../../lambdas/model/crm.ts";

/** Tasks and notes in memory. Every entity exists, and user 7 is responsible, unless the test says otherwise. */
export function aFakeTasks(changes: Partial<CrmTasks> = {}) {
  const made: { entity: CrmEntity; as: "task" | "note"; text: string; userId?: number }[] = [];
  const tags: string[] = [];
  const isOf = (entity: CrmEntity) => (one: { entity: CrmEntity }) =>
    one.entity.type === entity.type && one.entity.id === entity.id;
  const tasks: CrmTasks = {
    isAvailable: async () => true,
    find: async () => ({ responsibleUserId: 7 }),
    async addTask(entity, { text, responsibleUserId }) {
      const user = responsibleUserId === undefined ? {} : { userId: responsibleUserId };
      made.push({ entity, as: "task", text, ...user });
    },
    async addNote(entity, text) {
      made.push({ entity, as: "note", text });
    },
    async addTags(entity, names) {
      tags.push(...names.map((name) => `${entity.type} ${entity.id}: ${name}`));
    },
    has: async (entity, as, text) =>
      made.filter(isOf(entity)).some((one) => one.as === as && one.text === text),
    ...changes,
  };
  return { ...tasks, made, tags };
}
