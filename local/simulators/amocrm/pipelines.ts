import * as z from "zod";
import type { Account, Method } from "./account.ts";
import { allAnswer, halAnswer, mainRefusal } from "./answers.ts";
import { accountNumber, lost, won } from "./crm.ts";
import type { Pipeline, Status } from "./crm.ts";
import { readEntity } from "./validation.ts";

const changeSchema = z.strictObject({
  name: z.string().min(1).optional(),
  sort: z.int().optional(),
  is_main: z.boolean().optional(),
  is_unsorted_on: z.boolean().optional(),
  request_id: z.string().optional(),
});

/** `GET /api/v4/leads/pipelines`. */
export const listPipelines: Method = ({ pipelines }) => {
  return allAnswer("pipelines", pipelines.map(pipelineObject));
};

/** `GET /api/v4/leads/pipelines/{id}`. */
export const getPipeline: Method = (account, _, id) => {
  return halAnswer(pipelineObject(pipelineOrNone(account, id)));
};

/** `GET /api/v4/leads/pipelines/{id}/statuses`. */
export const listStatuses: Method = (account, _, id) => {
  const pipeline = pipelineOrNone(account, id);
  const statuses = pipeline.statuses.map((status) => statusObject(pipeline, status));
  return allAnswer("statuses", statuses);
};

/** `PATCH /api/v4/leads/pipelines/{id}`. Here it changes whether the pipeline has unsorted leads. */
export const changePipeline: Method = (account, request, id) => {
  const pipeline = pipelineOrNone(account, id);
  const given = readEntity(request, { schema: changeSchema });
  const others = Object.keys(given).filter((key) => key !== "is_unsorted_on");
  if (others.length > 0) {
    const detail = `The simulator only changes is_unsorted_on, not ${others.join(", ")}`;
    throw mainRefusal(501, "Not Implemented", detail);
  }
  pipeline.isUnsortedOn = given.is_unsorted_on ?? pipeline.isUnsortedOn;
  return halAnswer(pipelineObject(pipeline));
};

/** What amoCRM answers for an unknown pipeline is not documented. */
function pipelineOrNone({ pipelines }: Account, id: number): Pipeline {
  const pipeline = pipelines.find((each) => each.id === id);
  if (pipeline === undefined) throw mainRefusal(404, "Not Found", "No such pipeline");
  return pipeline;
}

function pipelineObject(pipeline: Pipeline): object {
  const { id, name, sort, isMain, isUnsortedOn, isArchive, statuses } = pipeline;
  return {
    id,
    name,
    sort,
    is_main: isMain,
    is_unsorted_on: isUnsortedOn,
    is_archive: isArchive,
    account_id: accountNumber,
    _embedded: { statuses: statuses.map((status) => statusObject(pipeline, status)) },
  };
}

function statusObject(pipeline: Pipeline, status: Status): object {
  const { id, name, sort, type } = status;
  return {
    id,
    name,
    sort,
    is_editable: !isSystem(status),
    pipeline_id: pipeline.id,
    color: "#fffeb2",
    type,
    account_id: accountNumber,
  };
}

/** Unsorted, won and lost. People cannot delete these three. */
export function isSystem({ id, type }: Status): boolean {
  return type === 1 || id === won || id === lost;
}

/** A pipeline that can take leads: it exists and is not in the archive. */
export function openPipeline({ pipelines }: Account, id: number): Pipeline | undefined {
  return pipelines.find((pipeline) => pipeline.id === id && !pipeline.isArchive);
}

export function mainPipeline({ pipelines }: Account): Pipeline {
  const main = pipelines.find(({ isMain }) => isMain);
  if (main === undefined) throw new Error("the account has no main pipeline");
  return main;
}

/** The first stage of a pipeline after unsorted. */
export function firstStatus({ statuses }: Pipeline): Status {
  const first = statuses.find(({ type }) => type === 0);
  if (first === undefined) throw new Error("the pipeline has no stage");
  return first;
}

/** The stage of unsorted leads in a pipeline. Its place in the list is not fixed. */
export function unsortedStatus({ statuses }: Pipeline): Status {
  const unsorted = statuses.find(({ type }) => type === 1);
  if (unsorted === undefined) throw new Error("the pipeline has no unsorted stage");
  return unsorted;
}
