import * as z from "zod/mini";
import type { CrmTasks } from "../../model/crm.ts";
import { readAnswer } from "../chats/failures.ts";
import { countOf } from "../lenient.ts";
import { mainApi } from "./client.ts";
import type { MainApiOptions } from "./client.ts";

/** An earlier attempt has made its task or note some minutes ago, so it is among the newest. */
const mostRead = 50;

const entitySchema = z.looseObject({ responsible_user_id: z.optional(z.unknown()) });
const foundTasks = z.looseObject({
  _embedded: z.looseObject({
    tasks: z.array(z.looseObject({ text: z.optional(z.nullable(z.string())) })),
  }),
});
const foundNotes = z.looseObject({
  _embedded: z.looseObject({ notes: z.array(z.looseObject({ params: z.unknown() })) }),
});
const noteParams = z.looseObject({ text: z.string() });

/**
 * Tasks and notes of amoCRM's main API.
 * @see https://www.amocrm.ru/developers/content/crm_platform/tasks-api
 * @see https://www.amocrm.ru/developers/content/crm_platform/events-and-notes
 */
export function mainApiTasks(options: MainApiOptions): CrmTasks {
  const api = mainApi(options);
  return {
    isAvailable: () => api.isAvailable(),

    async find({ type, id }) {
      const answer = await api.request("GET", `/api/v4/${type}/${id}`);
      if (answer.status === 204) return undefined;
      const { responsible_user_id: userId } = readAnswer(entitySchema, answer);
      // An unsorted lead may have no responsible user: amoCRM then sends 0.
      return { responsibleUserId: countOf(userId) };
    },

    async addTask({ type, id }, { text, untilMillis, responsibleUserId }) {
      const task = {
        text,
        complete_till: Math.floor(untilMillis / 1000),
        entity_type: type,
        entity_id: id,
        ...(responsibleUserId === undefined ? {} : { responsible_user_id: responsibleUserId }),
      };
      await api.request("POST", "/api/v4/tasks", [task]);
    },

    async addNote({ type, id }, text) {
      const note = { note_type: "common", params: { text } };
      await api.request("POST", `/api/v4/${type}/${id}/notes`, [note]);
    },

    async addTags({ type, id }, tags) {
      const body = { tags_to_add: tags.map((name) => ({ name })) };
      await api.request("PATCH", `/api/v4/${type}/${id}`, body);
    },

    async has({ type, id }, as, text) {
      const newest = { "order[id]": "desc", limit: String(mostRead) };
      if (as === "task") {
        const of = { "filter[entity_type]": type, "filter[entity_id]": String(id) };
        const query = new URLSearchParams({ ...of, ...newest });
        const answer = await api.request("GET", `/api/v4/tasks?${query.toString()}`);
        if (answer.status === 204) return false;
        return readAnswer(foundTasks, answer)._embedded.tasks.some((task) => task.text === text);
      }
      const query = new URLSearchParams({ "filter[note_type]": "common", ...newest });
      const answer = await api.request("GET", `/api/v4/${type}/${id}/notes?${query.toString()}`);
      if (answer.status === 204) return false;
      return readAnswer(foundNotes, answer)._embedded.notes.some(
        ({ params }) => z.safeParse(noteParams, params).data?.text === text,
      );
    },
  };
}
