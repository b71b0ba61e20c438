import * as z from "zod";
import type { Account } from "./account.ts";
import type { CustomField, EntityType, FieldChoice, FieldValues } from "./crm.ts";
import { notExpected, notSupported } from "./validation.ts";
import type { EntityError } from "./validation.ts";

const givenValue = z.strictObject({
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  enum_id: z.int().optional(),
  enum_code: z.string().optional(),
});
const givenField = z.strictObject({
  field_id: z.int().optional(),
  field_code: z.string().optional(),
  values: z.array(givenValue).min(1),
});
type GivenValue = z.infer<typeof givenValue>;
type GivenField = z.infer<typeof givenField>;

/** Values of fields in the form of requests. */
export const givenFields = z.array(givenField).nullish();
type GivenFields = z.infer<typeof givenFields>;

const text = z.string();
const webAddress = z.url({ protocol: /^https?$/ });
/** What each type of field takes for a value. The others take a choice. */
const plainTypes: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ["text", text],
  ["textarea", text],
  ["tracking_data", text],
  ["url", webAddress],
  ["numeric", z.string().regex(/^-?\d+(\.\d+)?$/)],
  ["checkbox", z.boolean()],
  ["date", z.union([z.int(), z.iso.datetime({ offset: true })])],
  ["date_time", z.union([z.int(), z.iso.datetime({ offset: true })])],
]);
/** Fields of these types take several values. */
const manyValues: ReadonlySet<string> = new Set(["multitext", "multiselect"]);

/** Types that a request can create. Phone and e-mail are the only fields of several texts. */
export const creatableTypes = [...plainTypes.keys(), "select", "multiselect"] as const;

/** What is wrong with the given values of fields of an entity. */
export function checkFields(
  account: Account,
  entity: EntityType,
  given: GivenFields,
): readonly EntityError[] {
  return (given ?? []).flatMap((field, index) => {
    const path = `custom_fields_values.${index}`;
    if (field.field_id === undefined && field.field_code === undefined) {
      // For this one, amoCRM's code is a UUID.
      const code = "34e51a5c-2ec4-4c6a-8d3a-b1f0d0d7c1de";
      return [{ code, path, detail: "field_id or field_code is needed" }];
    }
    const known = findField(account, entity, field);
    if (known === undefined) {
      return [notSupported(`${path}.${field.field_id === undefined ? "field_code" : "field_id"}`)];
    }
    if (field.values.length > 1 && !manyValues.has(known.type)) {
      return [{ code: "TooMany", path: `${path}.values`, detail: "The field has one value." }];
    }
    return field.values.flatMap((value, place) =>
      checkValue(known, value, `${path}.values.${place}`),
    );
  });
}

function findField(
  { customFields }: Account,
  entity: EntityType,
  { field_id: id, field_code: code }: GivenField,
): CustomField | undefined {
  return customFields[entity].find((field) =>
    id === undefined ? field.code === code : field.id === id,
  );
}

function checkValue(field: CustomField, given: GivenValue, path: string): EntityError[] {
  const schema = plainTypes.get(field.type);
  if (schema !== undefined) {
    // What a read shows beside the value must not be sent back.
    if (given.enum_id !== undefined) return [notExpected(`${path}.enum_id`)];
    if (given.enum_code !== undefined) return [notExpected(`${path}.enum_code`)];
    if (schema.safeParse(given.value).success) return [];
    const detail = `This value is not valid for a field of type ${field.type}.`;
    return [{ code: "InvalidType", path: `${path}.value`, detail }];
  }
  if (given.enum_id !== undefined && given.enum_code !== undefined) {
    return [notExpected(`${path}.enum_code`)];
  }
  const choice = choiceOf(field, given);
  if (field.type !== "multitext") return choice ? [] : [notSupported(`${path}.value`)];
  if (choice === undefined) return [notSupported(`${path}.enum_code`)];
  if (typeof given.value === "string") return [];
  return [{ code: "InvalidType", path: `${path}.value`, detail: "This value must be a string." }];
}

function choiceOf({ type, choices }: CustomField, given: GivenValue): FieldChoice | undefined {
  const { enum_id: id, enum_code: code, value } = given;
  if (id !== undefined) return choices.find((choice) => choice.id === id);
  if (code !== undefined) return choices.find((choice) => choice.code === code);
  return type === "multitext" ? undefined : choices.find((choice) => choice.value === value);
}

/**
 * The fields of an entity after a request whose values are right. The values of a given field replace all
 * its old values. The other fields stay.
 */
export function withFields(
  account: Account,
  entity: EntityType,
  known: readonly FieldValues[] | null,
  given: GivenFields,
): readonly FieldValues[] | null {
  if (given == null) return known;
  const fields = given.flatMap((each) => {
    const field = findField(account, entity, each);
    return field === undefined ? [] : [valuesOf(field, each.values)];
  });
  const others = (known ?? []).filter(
    (field) => !fields.some((one) => one.field_id === field.field_id),
  );
  return [...others, ...fields];
}

function valuesOf(field: CustomField, given: readonly GivenValue[]): FieldValues {
  const { id, name, code, type } = field;
  const values = given.map((each) => {
    const choice = choiceOf(field, each);
    if (choice === undefined) return { value: each.value };
    const value = type === "multitext" ? each.value : choice.value;
    return { value, enum_id: choice.id, enum_code: choice.code };
  });
  return { field_id: id, field_name: name, field_code: code, field_type: type, values };
}

/** The values of all fields, as a search reads them. */
export function wordsIn(fields: readonly FieldValues[] | null): string[] {
  return (fields ?? []).flatMap(({ values }) => values.map(({ value }) => String(value)));
}

/** A contact's phone numbers. */
export function phonesIn(fields: readonly FieldValues[] | null): string[] {
  return wordsIn((fields ?? []).filter((field) => field.field_code === "PHONE"));
}

/** The values of each field by its code, or by its id where it has no code. */
export function valuesByName(
  fields: readonly FieldValues[] | null,
): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    (fields ?? []).map(({ field_id: id, field_code: code, values }) => [
      code ?? String(id),
      values.map(({ value }) => value),
    ]),
  );
}
