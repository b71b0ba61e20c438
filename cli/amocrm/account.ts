import * as z from "zod";
import { BadValue, CommandFailure } from "../command.ts";
import { commandToSet } from "../secrets/secret-plans.ts";
import type { Stage } from "../stage/stage.ts";
import { callAmocrm, readSuccess, refusal } from "./call.ts";

const account = z.object({ amojo_id: z.string().min(1) });

/**
 * Reads the account's id in the chat service from the main API.
 * @see https://www.amocrm.ru/developers/content/crm_platform/account-info
 */
export async function readAccountId(stage: Stage, token: string): Promise<string> {
  const set = commandToSet(stage, "amocrm-api", "token");
  if (token === "") {
    throw new CommandFailure(
      `there is no token for the main API: set one with ${set}, or name the account with --account-id`,
    );
  }
  const { host } = new URL(stage.amocrmOrigin);
  const answer = await callAmocrm(`${stage.amocrmOrigin}/api/v4/account?with=amojo_id`, {
    method: "GET",
    headers: { Authorization: `Bearer ${token}` },
  });
  switch (answer.status) {
    case 200:
      return readSuccess(account, answer, "account request").amojo_id;
    case 401:
      throw new CommandFailure(
        `amoCRM at ${host} does not accept the API token (401)`,
        `set another with ${set}`,
      );
    case 402:
      throw new CommandFailure(`the amoCRM account at ${host} is not paid (402)`);
    case 403:
      throw new CommandFailure(
        `amoCRM at ${host} forbids the account request (403): the token has no rights, or calls from this address are blocked`,
      );
    default:
      throw refusal(answer, "account request", [token]);
  }
}

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
