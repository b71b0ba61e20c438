import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Account } from "./account.ts";
import { halAnswer, hasLoneSurrogate, mainRefusal } from "./answers.ts";
import {
  addContacts,
  changeContact,
  getContact,
  linkChats,
  listChatLinks,
  listContacts,
} from "./contacts.ts";
import { accountNumber } from "./crm.ts";
import { addLeads, changeLead, changeLeads, getLead, listLeads } from "./leads.ts";
import { readWith } from "./lists.ts";
import { changePipeline, getPipeline, listPipelines, listStatuses } from "./pipelines.ts";
import { switchesOf } from "./switches.ts";
import { getTalk, listEvents } from "./talks.ts";
import { listUnsorted } from "./unsorted.ts";
import { getUser, listUsers } from "./users.ts";

/** Who may make a call besides any user: an administrator, or one of an integration that is not external. */
type Right = "administrator" | "not external";
type Route = {
  readonly run: (account: Account, request: SimulatedRequest, id: number) => SimulatedAnswer;
  readonly rights?: readonly Right[];
};

const administrator: readonly Right[] = ["administrator"];
const internal: readonly Right[] = ["administrator", "not external"];

/** The methods by verb and path. `{id}` is a number. */
const routes: Readonly<Record<string, Route>> = {
  "GET account": { run: describeAccount },
  "POST contacts": { run: addContacts },
  "GET contacts": { run: listContacts },
  "POST contacts/chats": { run: linkChats, rights: administrator },
  "GET contacts/chats": {
    run: (account, { query }) => listChatLinks(account, query),
    rights: administrator,
  },
  "GET contacts/{id}": { run: (account, { query }, id) => getContact(account, id, query) },
  "PATCH contacts/{id}": { run: (account, request, id) => changeContact(account, id, request) },
  "GET events": { run: (account, { query }) => listEvents(account, query) },
  "GET leads": { run: listLeads },
  "POST leads": { run: addLeads },
  "PATCH leads": { run: changeLeads },
  "GET leads/pipelines": { run: listPipelines },
  "GET leads/pipelines/{id}": { run: (account, _, id) => getPipeline(account, id) },
  "PATCH leads/pipelines/{id}": {
    run: (account, request, id) => changePipeline(account, id, request),
    rights: administrator,
  },
  "GET leads/pipelines/{id}/statuses": { run: (account, _, id) => listStatuses(account, id) },
  "GET leads/unsorted": { run: listUnsorted },
  "GET leads/{id}": { run: (account, { query }, id) => getLead(account, id, query) },
  "PATCH leads/{id}": { run: (account, request, id) => changeLead(account, id, request) },
  "GET talks/{id}": { run: (account, _, id) => getTalk(account, id) },
  "GET users": { run: listUsers, rights: internal },
  "GET users/{id}": {
    run: (account, { query }, id) => getUser(account, id, query),
    rights: internal,
  },
};
const patterns = Object.entries(routes).map(([route, { run, rights = [] }]) => ({
  pattern: new RegExp(`^${route.replace("{id}", "(\\d+)")}$`),
  run,
  rights,
}));

/** Answers a call under `/api/v4/`: checks the limit, then the token, then the method and its rights. */
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
  const asked = `${request.method} ${request.path.slice("/api/v4/".length)}`;
  for (const { pattern, run, rights } of patterns) {
    const found = pattern.exec(asked);
    if (found === null) continue;
    checkRights(account, rights);
    return run(account, request, Number(found[1]));
  }
  throw mainRefusal(404, "Not Found", `Nothing at ${request.method} ${request.path}`);
}

function checkRights(account: Account, rights: readonly Right[]): void {
  const { tokenRights, integration } = switchesOf(account);
  if (rights.includes("administrator") && tokenRights !== "administrator") {
    throw mainRefusal(403, "Forbidden", "Only for administrators");
  }
  if (rights.includes("not external") && integration === "external") {
    throw mainRefusal(403, "Forbidden", "Not for external integrations");
  }
}

function describeAccount(account: Account, { query }: SimulatedRequest): SimulatedAnswer {
  const wanted = readWith(query);
  return halAnswer({
    id: accountNumber,
    name: "Simulated account",
    subdomain: "simulated",
    country: "RU",
    is_unsorted_on: switchesOf(account).unsortedOn,
    ...(wanted.has("amojo_id") ? { amojo_id: account.options.accountId } : {}),
    ...(wanted.has("is_api_filter_enabled") ? { is_api_filter_enabled: false } : {}),
  });
}
