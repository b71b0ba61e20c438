import * as z from "zod/mini";
import type { CrmTalks } from "../../model/crm.ts";
import { valueAt } from "../../http/untrusted.ts";
import { readAnswer } from "../chats/failures.ts";
import { contactOfChat } from "./contacts.ts";
import { countOf, itemsOf } from "../lenient.ts";
import { mainApi } from "./client.ts";
import type { MainApi, MainApiOptions } from "./client.ts";

const pageSize = 100;
/** A contact may write in several chats. Each chat has talks of its own. */
const mostTalks = 5;

const foundEvents = z.looseObject({
  _embedded: z.looseObject({ events: z.array(z.looseObject({ value_after: z.unknown() })) }),
});
const talkSchema = z.looseObject({
  talk_id: z.int(),
  chat_id: z.string(),
  is_in_work: z.boolean(),
  updated_at: z.int(),
});

/**
 * Talks of amoCRM's main API. amoCRM has no list of talks. But the event of every message of a contact
 * names the talk, in `value_after[0].message.talk_id`. amoCRM's answers have this field, and its
 * documentation omits it. Without this field the bridge finds no talk.
 * @see https://www.amocrm.ru/developers/content/crm_platform/talks-api
 * @see https://www.amocrm.ru/developers/content/crm_platform/events-and-notes
 */
export function mainApiTalks(options: MainApiOptions): CrmTalks {
  const api = mainApi(options);
  return {
    isAvailable: () => api.isAvailable(),
    async newest(amojoChatId, sinceMillis) {
      // Operators may have moved the chat to another contact.
      const contactId = await contactOfChat(api, amojoChatId);
      if (contactId === undefined) return undefined;
      for (const talkId of await talksOf(api, contactId, sinceMillis)) {
        const answer = await api.request("GET", `/api/v4/talks/${talkId}`);
        const talk = readAnswer(talkSchema, answer);
        if (talk.chat_id !== amojoChatId) continue;
        const changedAtMillis = talk.updated_at * 1000;
        return { talkId, isOpen: talk.is_in_work, changedAtMillis };
      }
      return undefined;
    },
    async close(talkId, { isForced }) {
      // 422: the talk is closed already, or closing.
      await api.request(
        "POST",
        `/api/v4/talks/${talkId}/close`,
        { force_close: isForced },
        { acceptedStatus: 422 },
      );
    },
  };
}

/** The talks with a contact's messages, the newest first. */
async function talksOf(
  api: MainApi,
  contactId: number,
  sinceMillis: number,
): Promise<readonly number[]> {
  const query = new URLSearchParams([
    ["filter[entity][]", "contact"],
    ["filter[entity_id][]", String(contactId)],
    ["filter[type][]", "incoming_chat_message"],
    ["filter[type][]", "outgoing_chat_message"],
    ["filter[created_at][from]", String(Math.floor(sinceMillis / 1000))],
    ["limit", String(pageSize)],
  ]);
  const answer = await api.request("GET", `/api/v4/events?${query.toString()}`);
  if (answer.status === 204) return [];
  const talks = readAnswer(foundEvents, answer)
    ._embedded.events.flatMap((event) => itemsOf(event.value_after))
    .map((change) => countOf(valueAt(change, "message", "talk_id")))
    .filter((talkId) => talkId !== undefined);
  return [...new Set(talks)].toSorted((one, other) => other - one).slice(0, mostTalks);
}
