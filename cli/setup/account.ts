import * as z from "zod";
import type { ContactFieldName } from "../../lambdas/model/crm.ts";
import {
  contactFieldNames,
  findContactField,
  findOwnField,
  isCode,
  newContactField,
} from "../amocrm/contact-fields.ts";
import { readSuccess, RefusedByAmocrm } from "../amocrm/call.ts";
import { isForbidden, openMainApi, readFields, readSources } from "../amocrm/main-api.ts";
import type { MainApi } from "../amocrm/main-api.ts";
import { CommandFailure } from "../command.ts";
import { commandToSet, textOf } from "../secrets.ts";
import { commandOn, howToDeploy } from "../stage/stage.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/**
 * Makes what the bridge needs in the account and what is missing there: fields of contacts, and sources of
 * leads. Neither stops the setup: without them, messages arrive all the same.
 */
export async function settleAccount(setup: Setup): Promise<void> {
  const { stage, secrets } = setup;
  const { make, sources } = stage.crm.newCustomer;
  const token = textOf(await secrets.read("amocrm-api"), "token");
  if (token === "" || make === "leave-to-amocrm") return;
  const api = openMainApi(stage, token);
  await orSay(setup, "fields", () => settleFields(setup, api));
  if (sources.length > 0) await orSay(setup, "sources", () => settleSources(setup, api));
}

async function orSay(setup: Setup, step: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    sayStep(setup, step, `${error.message}; to try again: ${commandOn(setup.stage, "setup")}`);
  }
}

/** A field that the account has now. */
type Settled = { readonly id: number; readonly hasCode: boolean };

async function settleFields(setup: Setup, api: MainApi): Promise<void> {
  const { contactFields: ids } = setup.stage.crm;
  const known = await readFields(api, "contacts");
  const settled: [ContactFieldName, Settled][] = [];
  const made: ContactFieldName[] = [];
  for (const field of contactFieldNames) {
    const found = findContactField(known, field, ids) ?? findOwnField(known, field);
    if (found === undefined) made.push(field);
    const own =
      found === undefined
        ? await makeField(setup, api, field)
        : { id: found.id, hasCode: isCode(found, field) };
    settled.push([field, own]);
  }
  const { length } = contactFieldNames;
  const outcome =
    made.length === 0 ? `the contacts have all ${length}` : `made: ${made.join(", ")}`;
  sayStep(setup, "fields", outcome);
  const needsIds = settled.some(([field, { id, hasCode }]) =>
    ids[field] === undefined ? !hasCode : ids[field] !== id,
  );
  if (needsIds) sayIds(setup, settled);
}

const createdFields = z.object({
  _embedded: z.object({
    custom_fields: z.array(z.object({ id: z.int(), code: z.string().nullish() })).length(1),
  }),
});

/**
 * Makes one field, with its code. Somebody saw amoCRM refuse a code with 400, so the field is then made
 * without it.
 * @see https://github.com/amocrm/amocrm-api-php/issues/604
 */
async function makeField(setup: Setup, api: MainApi, field: ContactFieldName): Promise<Settled> {
  const { stage } = setup;
  const { code, ...withoutCode } = newContactField(field, stage.crm.operatorLanguage);
  const path = "contacts/custom_fields";
  let answer = await api.post(path, [{ ...withoutCode, code }]);
  if (answer.status === 400) answer = await api.post(path, [withoutCode]);
  if (isForbidden(answer)) {
    throw new CommandFailure(
      `${api.vendor.name} lets only an administrator make fields of contacts (${answer.status})`,
      `set an administrator's token with ${commandToSet(stage, "amocrm-api", "token")}`,
    );
  }
  const asked = "request for a new field";
  if (answer.status !== 200 && answer.status !== 201) throw api.refusal(answer, asked);
  const [created] = readSuccess(api.vendor, createdFields, answer, asked)._embedded.custom_fields;
  if (created === undefined) throw new CommandFailure(`${api.vendor.name} named no new field`);
  return { id: created.id, hasCode: created.code === code };
}

/** Without a code the sender finds a field only by its id. */
function sayIds(setup: Setup, settled: readonly (readonly [ContactFieldName, Settled])[]): void {
  const { stage } = setup;
  const lines = settled.map(([field, { id }]) => `    ${field}: ${id},`);
  sayStep(
    setup,
    "fields",
    `the bridge finds some of them only by their ids: put these lines into the bridge's entry in infra/stages.ts, then ${howToDeploy(stage)}`,
  );
  setup.say(["  contactFields: {", ...lines, "  },"].join("\n"));
}

/** A new source leads to the pipeline of new leads, where the settings name one. */
async function settleSources(setup: Setup, api: MainApi): Promise<void> {
  const { sources, pipelineId } = setup.stage.crm.newCustomer;
  try {
    const known = new Set((await readSources(api)).map((source) => source.external_id));
    const missing = sources.filter((source) => !known.has(source));
    if (missing.length > 0) {
      const place = pipelineId === undefined ? {} : { pipeline_id: pipelineId };
      const entities = missing.map((source) => ({ name: source, external_id: source, ...place }));
      const answer = await api.post("sources", entities);
      if (answer.status !== 200) throw api.refusal(answer, "request for new sources");
    }
    const outcome =
      missing.length === 0 ? `${sources.length} exist` : `made: ${missing.join(", ")}`;
    sayStep(setup, "sources", outcome);
  } catch (error) {
    if (!(error instanceof RefusedByAmocrm)) throw error;
    throw new CommandFailure(
      error.fault,
      `sources need an administrator's token, and a private integration with a widget archive (${commandOn(setup.stage, "setup --widget-archive DIR")})`,
    );
  }
}
