import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account, EntityMethod } from "./account.ts";
import { allAnswer } from "./answers.ts";
import { accountNumber } from "./crm.ts";
import type { CustomField, EntityType } from "./crm.ts";
import { creatableTypes } from "./field-values.ts";
import { isWanted, listAnswer, readList, readOrder } from "./lists.ts";
import { switchesOf } from "./switches.ts";
import { notSupported, readEntities } from "./validation.ts";
import type { EntityError } from "./validation.ts";

/** The documentation says both 50 and 250. So a page has 50, also where a request asks for more. */
const mostOnPage = 50;

const fieldSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(creatableTypes),
  code: z.string().min(1).optional(),
  sort: z.int().min(0).optional(),
  group_id: z.string().nullish(),
  is_api_only: z.boolean().optional(),
  required_statuses: z.array(z.looseObject({})).optional(),
  enums: z
    .array(z.strictObject({ value: z.string().min(1), sort: z.int().min(0) }))
    .min(1)
    .optional(),
  tracking_callback: z.string().optional(),
  request_id: z.string().optional(),
});
type GivenField = z.infer<typeof fieldSchema>;

/** `GET /api/v4/{entity}/custom_fields`. It has no filter by code. */
export const listFields: EntityMethod = (entity, account, request) => {
  const types = readList(request.query, "filter[type]");
  const items = account.customFields[entity]
    .filter(({ type }) => isWanted(types, type))
    .sort(readOrder<CustomField>(request.query, { sort: ({ sort }) => sort }));
  const show = (field: CustomField) => fieldObject(entity, field);
  return listAnswer(request, { name: "custom_fields", items, most: mostOnPage, show });
};

/** `POST /api/v4/{entity}/custom_fields`: an array. Its answer is a 201. */
export const addFields: EntityMethod = (entity, account, request) => {
  const given = readEntities(request, {
    schema: fieldSchema,
    check: (field) => checkField(account, entity, field),
    most: mostOnPage,
  });
  const fields = given.map(({ entity: field, requestId }) => ({
    ...fieldObject(entity, addField(account, entity, field)),
    request_id: requestId,
  }));
  return { ...allAnswer("custom_fields", fields), status: 201 };
};

function checkField(account: Account, entity: EntityType, given: GivenField): EntityError[] {
  const { code, type, enums } = given;
  const isKnown = account.customFields[entity].some((field) => field.code === code);
  const isSelect = type === "select" || type === "multiselect";
  return [
    ...(code !== undefined && (isKnown || switchesOf(account).refusesFieldCode)
      ? [notSupported("code")]
      : []),
    ...(type === "tracking_data" && entity !== "leads" ? [notSupported("type")] : []),
    ...((enums !== undefined) === isSelect ? [] : [notSupported("enums")]),
  ];
}

function addField(account: Account, entity: EntityType, given: GivenField): CustomField {
  const field: CustomField = {
    id: takeId(account),
    name: given.name,
    type: given.type,
    code: given.code ?? null,
    sort: given.sort ?? 600,
    isApiOnly: given.is_api_only ?? false,
    isPredefined: false,
    choices: (given.enums ?? []).map(({ value }) => ({
      id: takeId(account),
      value,
      code: null,
    })),
  };
  account.customFields[entity].push(field);
  return field;
}

function fieldObject(entity: EntityType, field: CustomField): object {
  const { choices } = field;
  const enums = choices.map(({ id, value, code }, index) => ({ id, value, sort: index, code }));
  return {
    id: field.id,
    name: field.name,
    type: field.type,
    account_id: accountNumber,
    code: field.code,
    sort: field.sort,
    is_api_only: field.isApiOnly,
    enums: enums.length === 0 ? null : enums,
    group_id: null,
    required_statuses: [],
    is_deletable: !field.isPredefined,
    is_predefined: field.isPredefined,
    entity_type: entity,
  };
}
