import * as z from "zod/mini";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { Now } from "../../ports/clock.ts";
import type { CrmContacts } from "../../ports/crm-contacts.ts";
import type { Secret } from "../../ports/secret.ts";
import { call } from "../http/call.ts";
import type { Answer, Fetch } from "../http/call.ts";
import { isJson, readAnswer, readIfPossible } from "./answers.ts";
import { failureOf } from "./failures.ts";

const timeoutMillis = 10_000;
const blockSeconds = 900;

const createdContacts = z.looseObject({
  _embedded: z.looseObject({ contacts: z.array(z.looseObject({ id: z.int() })) }),
});
const foundContacts = z.looseObject({
  _embedded: z.looseObject({
    contacts: z.array(
      z.looseObject({
        id: z.int(),
        name: z.nullable(z.string()),
        created_at: z.int(),
      }),
    ),
  }),
});
const linkedChats = z.looseObject({
  _embedded: z.looseObject({
    chats: z.array(z.looseObject({ chat_id: z.string(), contact_id: z.int() })),
  }),
});

/**
 * Contacts of amoCRM's main API, with a long-lived token.
 * @see https://www.amocrm.ru/developers/content/crm_platform/contacts-api
 */
export class MainApiContacts implements CrmContacts {
  readonly #origin: string;
  readonly #token: Secret<{ readonly token: string }>;
  readonly #now: Now;
  readonly #fetch: Fetch | undefined;

  constructor(options: {
    origin: string;
    token: Secret<{ readonly token: string }>;
    now: Now;
    fetch?: Fetch;
  }) {
    this.#origin = options.origin;
    this.#token = options.token;
    this.#now = options.now;
    this.#fetch = options.fetch;
  }

  async isAvailable(): Promise<boolean> {
    return (await this.#token.read()).token !== "";
  }

  async create({ name, requestId }: { name: string; requestId: string }): Promise<number> {
    const body = [{ name, request_id: requestId }];
    const answer = await this.#request("POST", "/api/v4/contacts", body);
    const contact = readAnswer(createdContacts, answer)._embedded.contacts[0];
    if (contact === undefined) throw new TransientFailure("amoCRM named no contact");
    return contact.id;
  }

  async findRecent(name: string, sinceMillis: number): Promise<number | undefined> {
    const query = new URLSearchParams({ query: name, "order[id]": "desc", limit: "50" });
    const answer = await this.#request("GET", `/api/v4/contacts?${query.toString()}`);
    if (answer.status === 204) return undefined;
    const recent = readAnswer(foundContacts, answer)._embedded.contacts.filter(
      (contact) => contact.name === name && contact.created_at * 1000 >= sinceMillis,
    );
    for (const contact of recent) if (!(await this.#isInChat(contact.id))) return contact.id;
    return undefined;
  }

  async linkChat(contactId: number, amojoChatId: string): Promise<void> {
    const body = [{ contact_id: contactId, chat_id: amojoChatId }];
    const answer = await this.#request("POST", "/api/v4/contacts/chats", body);
    // A batch method: what could not be linked is left out of a 200.
    const linked = readIfPossible(linkedChats, answer)?._embedded.chats;
    if (linked === undefined || linked.some((link) => link.chat_id === amojoChatId)) return;
    throw new PermanentFailure("refused-by-amocrm", "amoCRM did not link the chat");
  }

  async #isInChat(contactId: number): Promise<boolean> {
    const answer = await this.#request("GET", `/api/v4/contacts/chats?contact_id=${contactId}`);
    return answer.status !== 204 && readAnswer(linkedChats, answer)._embedded.chats.length > 0;
  }

  async #request(method: string, path: string, body?: object): Promise<Answer> {
    const { token } = await this.#token.read();
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await call(
      `${this.#origin}${path}`,
      { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
      timeoutMillis,
      this.#fetch,
    );
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 401) await this.#token.reread();
    // A plain 403 is a block of our address: hammering would prolong it.
    if (answer.status === 403 && !isJson(answer.text)) {
      const block = { isLimit: true, retryAfterSeconds: blockSeconds, needsPerson: true };
      throw new TransientFailure("amoCRM blocks this address", block);
    }
    throw failureOf(answer, this.#now());
  }
}
