import * as z from "zod/mini";
import { TransientFailure } from "../../model/failure.ts";
import type { Answer } from "../http/call.ts";

/** Reads a success; not even its shape is taken on trust: one we cannot read is no success. */
export function readAnswer<Schema extends z.ZodMiniType>(
  schema: Schema,
  answer: Answer,
): z.output<Schema> {
  const read = readIfPossible(schema, answer);
  if (read === undefined) throw new TransientFailure("amoCRM answered in an unknown shape");
  return read;
}

/** Reads a success whose body we can do without. */
export function readIfPossible<Schema extends z.ZodMiniType>(
  schema: Schema,
  { text }: Answer,
): z.output<Schema> | undefined {
  try {
    return z.parse(schema, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** True for any JSON at all. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
