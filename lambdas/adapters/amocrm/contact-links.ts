import * as z from "zod/mini";
import { readAnswer } from "./answers.ts";
import type { MainApi } from "./main-api.ts";

/** Chats with their contacts, as answers of the main API name them. */
export const linkedChats = z.looseObject({
  _embedded: z.looseObject({
    chats: z.array(z.looseObject({ chat_id: z.string(), contact_id: z.int() })),
  }),
});

/**
 * The links of a chat or of a contact.
 * @see https://www.amocrm.ru/developers/content/crm_platform/contacts-api
 */
export async function linksOf(api: MainApi, of: { chat_id: string } | { contact_id: string }) {
  const query = new URLSearchParams(of);
  const answer = await api.request("GET", `/api/v4/contacts/chats?${query.toString()}`);
  return answer.status === 204 ? [] : readAnswer(linkedChats, answer)._embedded.chats;
}

/** The contact that a chat has now; undefined for none. */
export async function contactOfChat(
  api: MainApi,
  amojoChatId: string,
): Promise<number | undefined> {
  const links = await linksOf(api, { chat_id: amojoChatId });
  return links.find((link) => link.chat_id === amojoChatId)?.contact_id;
}
