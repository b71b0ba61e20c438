import * as z from "zod";
import { CommandFailure } from "../command.ts";
import { readSuccess } from "./call.ts";
import { readList } from "./main-api.ts";
import type { MainApi } from "./main-api.ts";

const id = z.int();
const account = z.object({
  is_unsorted_on: z.boolean(),
  is_api_filter_enabled: z.boolean().optional(),
});
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
/** A user of the account. */
export type User = z.output<typeof user>;
/** A custom field of contacts or leads. */
export type CustomField = z.output<typeof field>;
/** A source of leads of the integration. */
export type Source = z.output<typeof source>;

/**
 * The account's own settings.
 * @see https://www.amocrm.ru/developers/content/crm_platform/account-info
 */
export async function readAccount(api: MainApi): Promise<z.output<typeof account>> {
  const answer = await api.get("account?with=is_api_filter_enabled");
  if (answer.status === 401) {
    throw new CommandFailure(`${api.vendor.name} does not accept the API token (401)`);
  }
  if (answer.status !== 200) throw api.refusal(answer, "account request");
  return readSuccess(api.vendor, account, answer, "account request");
}

/** @see https://www.amocrm.ru/developers/content/crm_platform/leads_pipelines */
export function readPipelines(api: MainApi): Promise<readonly Pipeline[]> {
  const list = { path: "leads/pipelines", name: "pipelines", asked: "request for pipelines" };
  return readList(api, list, pipeline);
}

/** Only an administrator's token may read users, and none of an external integration. */
export function readUsers(api: MainApi): Promise<readonly User[]> {
  return readList(api, { path: "users", name: "users", asked: "request for users" }, user);
}

/** @see https://www.amocrm.ru/developers/content/crm_platform/custom-fields */
export function readFields(
  api: MainApi,
  of: "contacts" | "leads",
): Promise<readonly CustomField[]> {
  const asked = `request for the fields of ${of}`;
  return readList(api, { path: `${of}/custom_fields`, name: "custom_fields", asked }, field);
}

/** The integration's own sources. Only an administrator's token may read them. */
export function readSources(api: MainApi): Promise<readonly Source[]> {
  return readList(api, { path: "sources", name: "sources", asked: "request for sources" }, source);
}
