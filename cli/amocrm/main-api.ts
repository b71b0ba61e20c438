import * as z from "zod";
import type { Answer } from "../../lambdas/http/call.ts";
import { CommandFailure } from "../command.ts";
import { commandToSet } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";
import { callAmocrm, readSuccess, refusal, RefusedByAmocrm } from "./call.ts";
import { vendorOf, whereToCreateToken } from "./vendor.ts";

/** The main API of a stage's account. Any status is an answer. */
export type MainApi = ReturnType<typeof openMainApi>;

/** The main API with this token. Opening it makes no call. */
export function openMainApi(stage: Stage, token: string) {
  const vendor = vendorOf(stage);
  const headers = { Authorization: `Bearer ${token}` };
  const urlOf = (path: string) => `${stage.amocrmOrigin}/api/v4/${path}`;
  return {
    stage,
    vendor,
    /** `path` follows `/api/v4/`. Throws a CommandFailure when no answer comes. */
    get: (path: string): Promise<Answer> =>
      callAmocrm(vendor, urlOf(path), { method: "GET", headers }),
    /** Creates entities. amoCRM takes them in a list. */
    post: (path: string, entities: readonly object[]): Promise<Answer> =>
      callAmocrm(vendor, urlOf(path), {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(entities),
      }),
    /** The sentence for an answer that is no success. */
    refusal(answer: Answer, asked: string): CommandFailure {
      if (!isForbidden(answer)) return refusal(vendor, answer, asked, [token]);
      return new RefusedByAmocrm(
        `${vendor.name} forbids the ${asked} (${answer.status}): the token's user is no administrator, or the integration has no such right`,
      );
    },
  };
}

/** True when the token works, but not for this call. amoCRM's documentation names both statuses. */
export function isForbidden({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

const account = z.object({
  is_unsorted_on: z.boolean(),
  is_api_filter_enabled: z.boolean().optional(),
});

/** The account's own settings. */
export function readAccount(api: MainApi): Promise<z.output<typeof account>> {
  return askAccount(api, "is_api_filter_enabled", account);
}

/** The account's id in the chat service. */
export async function readAccountId(stage: Stage, token: string): Promise<string> {
  if (token === "") {
    const set = commandToSet(stage, "amocrm-api", "token");
    throw new CommandFailure(
      `there is no token for the main API: set one with ${set}, or name the account with --account-id`,
    );
  }
  const parts = z.object({ amojo_id: z.string().min(1) });
  return (await askAccount(openMainApi(stage, token), "amojo_id", parts)).amojo_id;
}

/** @see https://www.amocrm.ru/developers/content/crm_platform/account-info */
async function askAccount<Schema extends z.ZodType>(
  api: MainApi,
  parts: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { stage, vendor } = api;
  const asked = "account request";
  const { host } = new URL(stage.amocrmOrigin);
  const answer = await api.get(`account?with=${parts}`);
  switch (answer.status) {
    case 200:
      return readSuccess(vendor, schema, answer, asked);
    case 401:
      throw new CommandFailure(
        `${vendor.name} at ${host} does not accept the API token (401)`,
        `set another with ${commandToSet(stage, "amocrm-api", "token")}; create it ${whereToCreateToken(vendor)}`,
      );
    case 402:
      throw new CommandFailure(`the ${vendor.name} account at ${host} is not paid (402)`);
    case 403:
      throw new CommandFailure(
        `${vendor.name} at ${host} forbids the account request (403): the token has no rights, or calls from this address are blocked`,
      );
    default:
      throw api.refusal(answer, asked);
  }
}

const id = z.int();
const pipeline = z.object({
  id,
  is_main: z.boolean(),
  is_archive: z.boolean(),
  is_unsorted_on: z.boolean(),
  _embedded: z.object({ statuses: z.array(z.object({ id, type: z.int() })) }),
});
const user = z.object({
  id,
  rights: z.object({ is_active: z.boolean(), is_free: z.boolean() }),
});
const field = z.object({ id, name: z.string(), type: z.string(), code: z.string().nullish() });
const source = z.object({ id, external_id: z.string().nullish() });

/** A pipeline with its stages. A stage of type 1 is that of incoming leads. */
export type Pipeline = z.output<typeof pipeline>;
export type User = z.output<typeof user>;
/** A custom field of contacts or leads. */
export type CustomField = z.output<typeof field>;
/** A source of leads of the integration. */
export type Source = z.output<typeof source>;

/** @see https://www.amocrm.ru/developers/content/crm_platform/leads_pipelines */
export function readPipelines(api: MainApi): Promise<readonly Pipeline[]> {
  return readList(api, pipeline, "pipelines", { path: "leads/pipelines" });
}

/** Only an administrator's token may read users, and none of an external integration. */
export function readUsers(api: MainApi): Promise<readonly User[]> {
  return readList(api, user, "users");
}

/** @see https://www.amocrm.ru/developers/content/crm_platform/custom-fields */
export function readFields(api: MainApi, of: "contacts" | "leads") {
  const path = `${of}/custom_fields`;
  return readList(api, field, "custom_fields", { path, asked: `the fields of ${of}` });
}

/** The integration's own sources. Only an administrator's token may read them. */
export function readSources(api: MainApi): Promise<readonly Source[]> {
  return readList(api, source, "sources");
}

/** amoCRM accepts this page size in every list. */
const pageSize = 50;
/** More pages than a list of settings has: an account has at most 50 pipelines. */
const mostPages = 40;

/** Reads all pages of a list. 204 is an empty list. A page without a link to the next one is the last. */
async function readList<Item extends z.ZodType>(
  api: MainApi,
  item: Item,
  name: string,
  { path = name, asked: what = name } = {},
): Promise<readonly z.output<Item>[]> {
  const asked = `request for ${what}`;
  const page = z.object({
    _links: z.object({ next: z.unknown().optional() }).optional(),
    _embedded: z.object({ [name]: z.array(item) }),
  });
  const items: z.output<Item>[] = [];
  for (let number = 1; number <= mostPages; number += 1) {
    const answer = await api.get(`${path}?limit=${pageSize}&page=${number}`);
    if (answer.status === 204) return items;
    if (answer.status !== 200) throw api.refusal(answer, asked);
    const { _links, _embedded } = readSuccess(api.vendor, page, answer, asked);
    items.push(...(_embedded[name] ?? []));
    if (_links?.next === undefined || _links.next === null) return items;
  }
  throw new CommandFailure(
    `${api.vendor.name} answered the ${asked} with more than ${mostPages} pages`,
  );
}
