import type { SecretFields } from "./secret-store.ts";

/** A secret with one field changed. */
export type Change = {
  readonly fields: SecretFields;
  /** False when the secret already held exactly this value. */
  readonly changed: boolean;
  readonly keptPrevious: boolean;
  /** The command must connect the account again: a scope belongs to one channel. */
  readonly forgotScope: boolean;
};

/**
 * Puts a value into a secret and leaves its other fields unchanged. A replaced value of a rotating
 * field stays as `previous`. The field `unset`, with which the stack creates secrets, is removed.
 */
export function changeField(
  { unset, ...before }: SecretFields,
  field: string,
  value: string,
  { rotates = false }: { rotates?: boolean } = {},
): Change {
  const earlier = textOf(before, field);
  const isSame = earlier === value;
  const keptPrevious = rotates && earlier !== "" && !isSame;
  const scopeId = textOf(before, "scopeId");
  const forgotScope = field === "channelId" && scopeId !== "" && !scopeId.startsWith(`${value}_`);
  return {
    fields: {
      ...before,
      [field]: value,
      ...(keptPrevious ? { previous: earlier } : {}),
      ...(forgotScope ? { scopeId: "" } : {}),
    },
    changed: !isSame || forgotScope || unset !== undefined,
    keptPrevious,
    forgotScope,
  };
}

/** A secret without the value before its last change. */
export function retirePrevious({ previous, ...fields }: SecretFields): {
  readonly fields: SecretFields;
  readonly changed: boolean;
} {
  return { fields, changed: previous !== undefined };
}

/** A text field of a secret. Empty when there is none. */
export function textOf(fields: SecretFields, field: string): string {
  const value = fields[field];
  return typeof value === "string" ? value : "";
}
