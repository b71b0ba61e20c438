import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Account } from "./account.ts";
import { halAnswer, hasLoneSurrogate, mainRefusal } from "./answers.ts";
import { getTalk, listEvents } from "./talks.ts";
import { linkChats, listChatLinks } from "./contact-chats.ts";
import { accountNumber, addContacts, changeContact, getContact, listContacts } from "./contacts.ts";

/** Answers a call under `/api/v4/`: checks the limit, then the token, then the method. */
export class MainApi {
  readonly #account: Account;
  #recent: number[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  answer(request: SimulatedRequest): SimulatedAnswer {
    this.#countRequest();
    if (request.headers.authorization !== `Bearer ${this.#account.options.apiToken}`) {
      throw mainRefusal(401, "Unauthorized", "The token is missing, expired or revoked");
    }
    const account = this.#account;
    if (hasLoneSurrogate(account.options, request.body)) {
      throw mainRefusal(400, "Bad Request", "The body holds half of a surrogate pair");
    }
    const path = request.path.slice("/api/v4/".length);
    const [, contactId] = /^contacts\/(\d+)$/.exec(path) ?? [];
    if (contactId !== undefined && request.method === "GET") {
      return getContact(account, Number(contactId));
    }
    if (contactId !== undefined && request.method === "PATCH") {
      return changeContact(account, Number(contactId), request);
    }
    const [, talkId] = /^talks\/(\d+)$/.exec(path) ?? [];
    if (talkId !== undefined && request.method === "GET") return getTalk(account, Number(talkId));
    switch (`${request.method} ${path}`) {
      case "GET account":
        return describeAccount(account, request.query);
      case "POST contacts":
        return addContacts(account, request);
      case "GET contacts":
        return listContacts(account, request.query);
      case "POST contacts/chats":
        return linkChats(account, request);
      case "GET contacts/chats":
        return listChatLinks(account, request.query);
      case "GET events":
        return listEvents(account, request.query);
      default:
        throw mainRefusal(404, "Not Found", `Nothing at ${request.method} ${request.path}`);
    }
  }

  /** Here all requests come from one address, so the limit per address counts all of them. */
  #countRequest(): void {
    const now = this.#account.now();
    const most = this.#account.options.mainApiPerSecond ?? Infinity;
    this.#recent = this.#recent.filter((at) => at > now - 1000);
    if (this.#recent.length >= most) {
      throw mainRefusal(429, "Too Many Requests", "Too many requests", { retry_after: 1 });
    }
    this.#recent.push(now);
  }
}

function describeAccount(account: Account, query: URLSearchParams): SimulatedAnswer {
  const wanted = (query.get("with") ?? "").split(",");
  return halAnswer({
    id: accountNumber,
    name: "Simulated account",
    subdomain: "simulated",
    country: "RU",
    is_unsorted_on: true,
    ...(wanted.includes("amojo_id") ? { amojo_id: account.options.accountId } : {}),
    ...(wanted.includes("is_api_filter_enabled") ? { is_api_filter_enabled: false } : {}),
  });
}
