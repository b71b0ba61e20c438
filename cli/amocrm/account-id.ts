import { BadValue } from "../command.ts";

/** Refuses a text that cannot be an account's id in the chat service (`amojo_id`). */
export function checkAccountId(accountId: string): void {
  const fault = findAccountIdFault(accountId);
  if (fault !== undefined) throw new BadValue(`--account-id: ${fault}`);
}

/** The fault of an account's id. Undefined when the text could be one. */
export function findAccountIdFault(accountId: string): string | undefined {
  if (/^\d+$/.test(accountId)) {
    return "this is the account's number; expected its amojo_id, such as af9945ff-1490-…";
  }
  if (/^[A-Za-z0-9-]{1,64}$/.test(accountId)) return undefined;
  return "expected an amojo_id: letters, digits and hyphens";
}
