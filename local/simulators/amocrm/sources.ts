import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account, Chat, Method } from "./account.ts";
import { allAnswer, halAnswer, mainRefusal } from "./answers.ts";
import type { LeadSource, Source } from "./crm.ts";
import { isWanted, listAnswer, readList } from "./lists.ts";
import { mainPipeline, openPipeline } from "./pipelines.ts";
import { notSupported, readEntities, readEntity } from "./validation.ts";
import type { EntityError } from "./validation.ts";

const mostAtOnce = 50;
const mostOnPage = 100;

const common = {
  pipeline_id: z.int().optional(),
  default: z.boolean().optional(),
  origin_code: z.string().nullish(),
  request_id: z.string().optional(),
};
const newSourceSchema = z.strictObject({
  ...common,
  name: z.string().min(1),
  external_id: z
    .string()
    .regex(/^[\u0020-\u007e]{1,36}$/)
    .optional(),
});
/** The external id of a source cannot be changed. */
const changeSchema = z.strictObject({
  ...common,
  id: z.int().optional(),
  name: z.string().min(1).optional(),
});
type NewSource = z.infer<typeof newSourceSchema>;
type SourceChange = z.infer<typeof changeSchema>;

/** `GET /api/v4/sources`: the integration's own ones. */
export const listSources: Method = ({ sources }, request) => {
  const wanted = readList(request.query, "filter[external_id]");
  const items = sources.filter(({ externalId }) => isWanted(wanted, externalId ?? ""));
  return listAnswer(request, { name: "sources", items, most: mostOnPage, show: sourceObject });
};

/** `GET /api/v4/sources/{id}`: 204 for none. */
export const getSource: Method = ({ sources }, _, id) => {
  const source = sources.find((each) => each.id === id);
  return source === undefined ? { status: 204 } : halAnswer(sourceObject(source));
};

/** `POST /api/v4/sources`: an array. It creates all sources or none. */
export const addSources: Method = (account, request) => {
  const names = new Set<string>();
  const given = readEntities(request, {
    schema: newSourceSchema,
    check: (source) => checkNew(account, source, names),
    most: mostAtOnce,
  });
  const sources = given.map(({ entity, requestId }) => {
    const source: Source = {
      id: takeId(account),
      name: entity.name,
      externalId: entity.external_id ?? null,
      pipelineId: entity.pipeline_id ?? mainPipeline(account).id,
      isDefault: false,
      originCode: entity.origin_code ?? null,
    };
    account.sources.push(source);
    if (entity.default === true) makeDefault(account, source);
    return { ...sourceObject(source), request_id: requestId };
  });
  return allAnswer("sources", sources);
};

/** An external id is unique in the account. amoCRM's code for a double is not documented. */
function checkNew(account: Account, given: NewSource, names: Set<string>): EntityError[] {
  const { external_id: id } = given;
  const errors = checkPipeline(account, given);
  if (id === undefined) return errors;
  const isTaken = names.has(id) || account.sources.some(({ externalId }) => externalId === id);
  names.add(id);
  return isTaken ? [...errors, notSupported("external_id")] : errors;
}

function checkPipeline(account: Account, { pipeline_id: id }: SourceChange): EntityError[] {
  if (id === undefined || openPipeline(account, id) !== undefined) return [];
  return [notSupported("pipeline_id")];
}

/** `PATCH /api/v4/sources`: an array of sources with their ids. */
export const changeSources: Method = (account, request) => {
  const check = (change: SourceChange) => checkChange(account, change.id, change);
  const given = readEntities(request, { schema: changeSchema, check, most: mostAtOnce });
  const sources = given.map(({ entity }) => changed(account, entity.id, entity));
  return allAnswer("sources", sources);
};

/** `PATCH /api/v4/sources/{id}`. */
export const changeSource: Method = (account, request, id) => {
  const check = (change: SourceChange) => checkChange(account, id, change);
  return halAnswer(changed(account, id, readEntity(request, { schema: changeSchema, check })));
};

function checkChange(account: Account, id: number | undefined, given: SourceChange) {
  const isKnown = account.sources.some((source) => source.id === id);
  return isKnown ? checkPipeline(account, given) : [notSupported("id")];
}

function changed(account: Account, id: number | undefined, given: SourceChange): object {
  const source = account.sources.find((each) => each.id === id);
  if (source === undefined) throw mainRefusal(400, "Bad Request", "No such source");
  source.name = given.name ?? source.name;
  source.pipelineId = given.pipeline_id ?? source.pipelineId;
  source.originCode = given.origin_code ?? source.originCode;
  if (given.default === true) makeDefault(account, source);
  if (given.default === false) source.isDefault = false;
  return sourceObject(source);
}

/** An integration has one default source at most. */
function makeDefault({ sources }: Account, source: Source): void {
  for (const each of sources) each.isDefault = each === source;
}

const deletedSchema = z.strictObject({ id: z.int(), request_id: z.string().optional() });

/** `DELETE /api/v4/sources`: an array of ids. */
export const deleteSources: Method = (account, request) => {
  const check = ({ id }: { id: number }): EntityError[] =>
    account.sources.some((source) => source.id === id)
      ? []
      : [{ code: "EntityNotFound", path: "id", detail: "Entity not found" }];
  const given = readEntities(request, { schema: deletedSchema, check, most: mostAtOnce });
  for (const { entity } of given) remove(account, entity.id);
  return { status: 204 };
};

/** `DELETE /api/v4/sources/{id}`. */
export const deleteSource: Method = (account, _, id) => {
  if (!account.sources.some((source) => source.id === id)) {
    throw mainRefusal(404, "Not Found", "No such source");
  }
  remove(account, id);
  return { status: 204 };
};

function remove({ sources }: Account, id: number): void {
  sources.splice(0, Infinity, ...sources.filter((source) => source.id !== id));
}

function sourceObject(source: Source): object {
  return {
    id: source.id,
    name: source.name,
    pipeline_id: source.pipelineId,
    external_id: source.externalId,
    services: [],
    default: source.isDefault,
    origin_code: source.originCode,
  };
}

/** The integration's own source of a chat: the one that a message named, else the default one. */
export function sourceOfChat(
  { sources }: Account,
  { sourceExternalId: externalId }: Chat,
): Source | undefined {
  const named = sources.find((each) => externalId !== undefined && each.externalId === externalId);
  return named ?? sources.find(({ isDefault }) => isDefault);
}

/** What a lead of a source shows. Without a source it shows the integration itself. */
export function leadSource(source: Source | undefined): LeadSource {
  if (source === undefined) return { id: 0, name: "Simulated integration", externalId: null };
  const { id, name, externalId } = source;
  return { id, name, externalId };
}
