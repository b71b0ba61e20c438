import * as z from "zod";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { takeId } from "./account.ts";
import type { Account } from "./account.ts";
import { halAnswer, mainRefusal } from "./answers.ts";
import type { Source } from "./crm.ts";
import { listAnswer, readList } from "./lists.ts";
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
export function listSources({ sources }: Account, request: SimulatedRequest): SimulatedAnswer {
  const wanted = readList(request.query, "filter[external_id]");
  const items = sources.filter(
    ({ externalId }) => wanted.length === 0 || wanted.includes(externalId ?? ""),
  );
  return listAnswer(request, { name: "sources", items, most: mostOnPage, show: sourceObject });
}

/** `GET /api/v4/sources/{id}`: 204 for none. */
export function getSource({ sources }: Account, _: SimulatedRequest, id: number): SimulatedAnswer {
  const source = sources.find((each) => each.id === id);
  return source === undefined ? { status: 204 } : halAnswer(sourceObject(source));
}

/** `POST /api/v4/sources`: an array. It creates all sources or none. */
export function addSources(account: Account, request: SimulatedRequest): SimulatedAnswer {
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
  return halAnswer({ _total_items: sources.length, _embedded: { sources } });
}

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
export function changeSources(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const check = (change: SourceChange) => checkChange(account, change.id, change);
  const given = readEntities(request, { schema: changeSchema, check, most: mostAtOnce });
  const sources = given.map(({ entity }) => changed(account, entity.id, entity));
  return halAnswer({ _total_items: sources.length, _embedded: { sources } });
}

/** `PATCH /api/v4/sources/{id}`. */
export function changeSource(
  account: Account,
  request: SimulatedRequest,
  id: number,
): SimulatedAnswer {
  const check = (change: SourceChange) => checkChange(account, id, change);
  return halAnswer(changed(account, id, readEntity(request, { schema: changeSchema, check })));
}

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
export function deleteSources(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const check = ({ id }: { id: number }): EntityError[] =>
    account.sources.some((source) => source.id === id)
      ? []
      : [{ code: "EntityNotFound", path: "id", detail: "Entity not found" }];
  const given = readEntities(request, { schema: deletedSchema, check, most: mostAtOnce });
  for (const { entity } of given) remove(account, entity.id);
  return { status: 204 };
}

/** `DELETE /api/v4/sources/{id}`. */
export function deleteSource(account: Account, _: SimulatedRequest, id: number): SimulatedAnswer {
  if (!account.sources.some((source) => source.id === id)) {
    throw mainRefusal(404, "Not Found", "No such source");
  }
  remove(account, id);
  return { status: 204 };
}

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
