import * as z from "zod";
import { formatDate, signRequest } from "../../lambdas/adapters/amocrm/signature.ts";
import { CommandFailure } from "../command.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { callAmocrm, explanation, readSuccess, refusal } from "./failures.ts";

/** What amoCRM support issued for the channel. */
export type Channel = { readonly channelId: string; readonly current: string };

const connection = z.object({ scope_id: z.string().regex(/^[^\s/?#]+$/) });

/**
 * Connects the channel to an account and answers the scope id. Connecting again changes nothing but
 * the title.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function connectChannel(
  stage: Stage,
  channel: Channel,
  account: { readonly accountId: string; readonly title: string | undefined },
  now: Date,
): Promise<string> {
  const { channelId, current } = channel;
  const path = `/v2/origin/custom/${encodeURIComponent(channelId)}/connect`;
  const { accountId: account_id, title } = account;
  const body = Buffer.from(
    JSON.stringify({
      account_id,
      ...(title === undefined ? {} : { title }),
      hook_api_version: "v2",
    }),
  );
  const headers = signRequest({ method: "POST", path, date: formatDate(now), body }, current);
  const answer = await callAmocrm(stage.amojoOrigin + path, { method: "POST", headers, body });
  const set = (field: string) =>
    commandOn(stage, `secret set --name amocrm-channel --field ${field}`);
  switch (answer.status) {
    case 200:
      return readSuccess(connection, answer, "connection").scope_id;
    case 400:
      throw new CommandFailure(
        `amoCRM refused the connection (400)${explanation(answer, [current])}; a private channel is open only to the accounts named to amoCRM support`,
      );
    case 403:
      throw new CommandFailure(
        `the channel secret does not fit channel ${channelId} (403): set it with ${set("current")}, and see that this machine's clock is right`,
      );
    case 404:
      throw new CommandFailure(
        `amoCRM knows no channel ${channelId} (404): set its id with ${set("channelId")}`,
      );
    default:
      throw refusal(answer, "connection", [current]);
  }
}
