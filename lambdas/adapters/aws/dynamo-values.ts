import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Values our tables hold. */
export type Plain = string | number | boolean | readonly string[];

/** A value as DynamoDB's wire wants it. */
export function toAttribute(value: Plain): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return { L: value.map((member) => ({ S: member })) };
}

/** The plain object behind an item; attributes of other types are left out. */
export function fromItem(item: Readonly<Record<string, AttributeValue>>): Record<string, Plain> {
  const plain: Record<string, Plain> = {};
  for (const [name, value] of Object.entries(item)) {
    if (value.S !== undefined) plain[name] = value.S;
    else if (value.N !== undefined) plain[name] = Number(value.N);
    else if (value.BOOL !== undefined) plain[name] = value.BOOL;
    else if (value.L !== undefined) plain[name] = value.L.map((member) => member.S ?? "");
  }
  return plain;
}

/** The parts of an `UpdateItem` that set the given fields: `SET #a = :a, …` with its names and values. */
export function setting(fields: Readonly<Record<string, Plain>>): {
  expression: string;
  names: Record<string, string>;
  values: Record<string, AttributeValue>;
} {
  const names = Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name]));
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`:${name}`, toAttribute(value)]),
  );
  const expression = `SET ${Object.keys(fields)
    .map((name) => `#${name} = :${name}`)
    .join(", ")}`;
  return { expression, names, values };
}
