import type * as z from "zod";
import { parseJson } from "../../http.ts";
import type { SimulatedRequest } from "../../http.ts";
import { mainRefusal } from "./answers.ts";

/** One entry of `validation-errors[].errors`: what is wrong with one entity, and where. */
export type EntityError = { readonly code: string; readonly path: string; readonly detail: string };

/** An entity of a request, and the name that the request or its place in the request gives it. */
export type Given<Entity> = { readonly entity: Entity; readonly requestId: string };

type Named = { readonly request_id?: string | undefined };
type Checks<Entity> = {
  readonly schema: z.ZodType<Entity>;
  /** What the schema cannot see: whether all that the entity names exists. */
  readonly check?: (entity: Entity) => readonly EntityError[];
  readonly most?: number;
};

/** A value that does not exist, or that the account does not allow. */
export function notSupported(path: string): EntityError {
  return {
    code: "NotSupportedChoice",
    path,
    detail: "The value you selected is not a valid choice.",
  };
}

/** A field that the method does not take, such as one that only reads have. */
export function notExpected(path: string): EntityError {
  return { code: "FieldNotExpected", path, detail: "This field was not expected." };
}

/**
 * Reads an array of entities. One wrong entity, and the request does nothing: the 400 names every wrong
 * field of every entity.
 * @see https://www.amocrm.ru/developers/content/crm_platform/error-codes
 */
export function readEntities<Entity extends Named>(
  request: SimulatedRequest,
  { schema, check = () => [], most = 250 }: Checks<Entity>,
): Given<Entity>[] {
  const value = parseJson(request.body);
  if (value === undefined) throw mainRefusal(400, "Bad Request", "Invalid JSON");
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    throw mainRefusal(400, "Bad Request", `Body must be an array of 1 to ${most} entities`);
  }
  return checked(value, schema, check);
}

/** Reads the one entity of a `PATCH` whose path names it. */
export function readEntity<Entity extends Named>(
  request: SimulatedRequest,
  { schema, check = () => [] }: Checks<Entity>,
): Entity {
  const value = parseJson(request.body);
  if (value === undefined) throw mainRefusal(400, "Bad Request", "Invalid JSON");
  const [given] = checked([value], schema, check);
  return (given as Given<Entity>).entity;
}

function checked<Entity extends Named>(
  values: readonly unknown[],
  schema: z.ZodType<Entity>,
  check: (entity: Entity) => readonly EntityError[],
): Given<Entity>[] {
  const given: Given<Entity>[] = [];
  const refused: { request_id: string; errors: readonly EntityError[] }[] = [];
  for (const [index, value] of values.entries()) {
    const result = schema.safeParse(value);
    const requestId = requestIdOf(value) ?? String(index);
    const errors = result.success ? check(result.data) : result.error.issues.flatMap(errorsOf);
    if (errors.length > 0) refused.push({ request_id: requestId, errors });
    else given.push({ entity: result.data as Entity, requestId });
  }
  if (refused.length === 0) return given;
  throw mainRefusal(400, "Bad Request", "Request validation failed", {
    "validation-errors": refused,
  });
}

function requestIdOf(value: unknown): string | undefined {
  const requestId = (value as { request_id?: unknown } | null)?.request_id;
  return typeof requestId === "string" ? requestId : undefined;
}

/** amoCRM documents the form of an error and no list of codes. These are the ones that others saw. */
function errorsOf(issue: z.core.$ZodIssue): EntityError[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => notExpected([...path, key].join(".")));
  }
  const at = path.join(".");
  if (issue.code === "invalid_value" || issue.code === "invalid_union") return [notSupported(at)];
  const isMissing = issue.message.endsWith("received undefined");
  return [{ code: isMissing ? "FieldMissing" : "InvalidType", path: at, detail: issue.message }];
}
