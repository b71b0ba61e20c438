import * as z from "zod";
import { validationRefusal } from "./answers.ts";
import type { ContactField } from "./account.ts";

/** Every account has these two fields. The code of each value says its kind. */
const multitext: ReadonlyMap<string, { id: number; name: string; codes: readonly string[] }> =
  new Map([
    ["PHONE", { id: 501, name: "Phone", codes: ["WORK", "WORKDD", "MOB", "FAX", "HOME", "OTHER"] }],
    ["EMAIL", { id: 502, name: "E-mail", codes: ["WORK", "PRIV", "OTHER"] }],
  ]);
const codesFrom = 9001;

/** Fields in the form of requests. */
export const givenFields = z
  .array(
    z
      .looseObject({
        field_id: z.int().optional(),
        field_code: z.string().optional(),
        values: z
          .array(
            z.looseObject({
              value: z.union([z.string(), z.number(), z.boolean()]),
              enum_id: z.int().optional(),
              enum_code: z.string().optional(),
            }),
          )
          .min(1),
      })
      .refine((field) => field.field_id !== undefined || field.field_code !== undefined, {
        message: "field_id or field_code is needed",
      }),
  )
  .nullish();

/**
 * The fields of a contact after a request. The values of a given field replace all its old values. The
 * other fields stay.
 */
export function withFields(
  known: readonly ContactField[] | null,
  given: z.infer<typeof givenFields>,
  requestId: string,
): readonly ContactField[] | null {
  if (given == null) return known;
  const fields = given.map((field) => fieldOf(field, requestId));
  const others = (known ?? []).filter(
    (field) => !fields.some((one) => one.field_id === field.field_id),
  );
  return [...others, ...fields];
}

/** The values of all fields, as a search reads them. */
export function wordsIn(fields: readonly ContactField[] | null): string[] {
  return (fields ?? []).flatMap(({ values }) => values.map(({ value }) => String(value)));
}

/** A contact's phone numbers. */
export function phonesIn(fields: readonly ContactField[] | null): string[] {
  return wordsIn((fields ?? []).filter((field) => field.field_code === "PHONE"));
}

type Given = NonNullable<z.infer<typeof givenFields>>[number];

function fieldOf(
  { field_id: id, field_code: code, values }: Given,
  requestId: string,
): ContactField {
  const standard = [...multitext].find(([name, one]) => name === code || one.id === id);
  if (standard === undefined) {
    const plain = values.map(({ value }) => ({ value }));
    return { field_id: id ?? 0, field_code: code ?? null, values: plain };
  }
  const [name, { id: fieldId, name: title, codes }] = standard;
  const coded = values.map(({ value, enum_id: enumId, enum_code: enumCode }) => {
    const index = enumCode === undefined ? (enumId ?? 0) - codesFrom : codes.indexOf(enumCode);
    const meant = codes[index];
    if (meant === undefined) {
      const path = `custom_fields_values.${name}.values.enum_code`;
      throw validationRefusal(requestId, "NotSupportedChoice", path, "enum_id or enum_code");
    }
    return { value, enum_id: codesFrom + index, enum_code: meant };
  });
  const type = { field_name: title, field_type: "multitext" };
  return { field_id: fieldId, field_code: name, ...type, values: coded };
}
