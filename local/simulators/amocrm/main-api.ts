import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Account, EntityMethod, Method } from "./account.ts";
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
import type { EntityType } from "./crm.ts";
import { addFields, listFields } from "./custom-fields.ts";
import { addLeads, changeLead, changeLeads, getLead, linkToLead, listLeads } from "./leads.ts";
import { readWith } from "./lists.ts";
import { addNotes, listNotes } from "./notes.ts";
import { changePipeline, getPipeline, listPipelines, listStatuses } from "./pipelines.ts";
import {
  addSources,
  changeSource,
  changeSources,
  deleteSource,
  deleteSources,
  getSource,
  listSources,
} from "./sources.ts";
import { switchesOf } from "./switches.ts";
import { addTags, listTags } from "./tags.ts";
import { closeTalk } from "./talk-closing.ts";
import { getTalk, listEvents } from "./talks.ts";
import { addTasks, changeTask, listTasks } from "./tasks.ts";
import { listUnsorted } from "./unsorted.ts";
import { getUser, listUsers } from "./users.ts";

/** Who may make a call besides any user: an administrator, or one of an integration that is not external. */
type Right = "administrator" | "not external";
type Route = { readonly run: Method; readonly rights?: readonly Right[] };

const administrator: readonly Right[] = ["administrator"];
const internal: readonly Right[] = ["administrator", "not external"];

/** The methods by verb and path. `{id}` is a number. */
const routes: Readonly<Record<string, Route>> = {
  "GET account": { run: describeAccount },
  "POST contacts": { run: addContacts },
  "GET contacts": { run: listContacts },
  "POST contacts/chats": { run: linkChats, rights: administrator },
  "GET contacts/chats": { run: listChatLinks, rights: administrator },
  "GET contacts/{id}": { run: getContact },
  "PATCH contacts/{id}": { run: changeContact },
  "GET events": { run: listEvents },
  "GET leads": { run: listLeads },
  "POST leads": { run: addLeads },
  "PATCH leads": { run: changeLeads },
  "GET leads/pipelines": { run: listPipelines },
  "GET leads/pipelines/{id}": { run: getPipeline },
  "PATCH leads/pipelines/{id}": { run: changePipeline, rights: administrator },
  "GET leads/pipelines/{id}/statuses": { run: listStatuses },
  "GET leads/unsorted": { run: listUnsorted },
  "GET leads/{id}": { run: getLead },
  "PATCH leads/{id}": { run: changeLead },
  "POST leads/{id}/link": { run: linkToLead },
  "GET sources": { run: listSources, rights: internal },
  "POST sources": { run: addSources, rights: internal },
  "PATCH sources": { run: changeSources, rights: internal },
  "DELETE sources": { run: deleteSources, rights: internal },
  "GET sources/{id}": { run: getSource, rights: internal },
  "PATCH sources/{id}": { run: changeSource, rights: internal },
  "DELETE sources/{id}": { run: deleteSource, rights: internal },
  "GET talks/{id}": { run: getTalk },
  "POST talks/{id}/close": { run: closeTalk },
  "GET tasks": { run: listTasks },
  "POST tasks": { run: addTasks },
  "PATCH tasks/{id}": { run: changeTask },
  "GET users": { run: listUsers, rights: internal },
  "GET users/{id}": { run: getUser, rights: internal },
  ...ofEntity("contacts"),
  ...ofEntity("leads"),
};

/** The methods that leads and contacts have alike. */
function ofEntity(entity: EntityType): Readonly<Record<string, Route>> {
  const bind =
    (run: EntityMethod): Method =>
    (...call) =>
      run(entity, ...call);
  return {
    [`GET ${entity}/custom_fields`]: { run: bind(listFields) },
    [`POST ${entity}/custom_fields`]: { run: bind(addFields), rights: administrator },
    [`GET ${entity}/tags`]: { run: bind(listTags) },
    [`POST ${entity}/tags`]: { run: bind(addTags) },
    [`POST ${entity}/notes`]: { run: bind(addNotes) },
    [`POST ${entity}/{id}/notes`]: { run: bind(addNotes) },
    [`GET ${entity}/{id}/notes`]: { run: bind(listNotes) },
  };
}

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
