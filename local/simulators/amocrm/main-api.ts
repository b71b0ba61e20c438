import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Account } from "./account.ts";
import { halAnswer, hasLoneSurrogate, mainRefusal } from "./answers.ts";
import { getTalk, listEvents } from "./talks.ts";
import {
  accountNumber,
  addContacts,
  changeContact,
  getContact,
  linkChats,
  listChatLinks,
  listContacts,
} from "./contacts.ts";

/** Answers a call under `/api/v4/`: checks the limit, then the token, then the method. */
export function answerMainApi(account: Account, request: SimulatedRequest): SimulatedAnswer {
  // All requests come from one address here, so the limit per address counts all of them.
  if (!account.mainApiRate.hasRoom(account.now(), account.options.mainApiPerSecond)) {
    throw mainRefusal(429, "Too Many Requests", "Too many requests", { retry_after: 1 });
  }
  account.mainApiRate.count(account.now());
  if (request.headers.authorization !== `Bearer ${account.options.apiToken}`) {
    throw mainRefusal(401, "Unauthorized", "The token is missing, expired or revoked");
  }
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
