import * as z from "zod";
import type { Stage } from "../stage/stage.ts";
import { callChannel } from "./call-channel.ts";
import type { Channel } from "./call-channel.ts";
import { explanation, readSuccess, RefusedByAmocrm, refusal } from "./failures.ts";

const connection = z.object({ scope_id: z.string().regex(/^[^\s/?#]+$/) });

/**
 * Connects the channel to an account and answers the scope id. A second connection changes only the title.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function connectChannel(
  stage: Stage,
  channel: Channel,
  account: { readonly accountId: string; readonly title: string | undefined },
  now: Date,
): Promise<string> {
  const { accountId: account_id, title } = account;
  const body = {
    account_id,
    ...(title === undefined ? {} : { title }),
    hook_api_version: "v2",
  };
  const answer = await callChannel(stage, channel, { method: "POST", name: "connect", body }, now);
  const secrets = [channel.current];
  if (answer.status === 200) return readSuccess(connection, answer, "connection").scope_id;
  if (answer.status !== 400) throw refusal(answer, "connection", secrets);
  throw new RefusedByAmocrm(
    `amoCRM refused the connection (400)${explanation(answer, secrets)}; only accounts that you named to amoCRM support may connect a private channel`,
  );
}

/**
 * Ends the channel's connection to an account. From then on amoCRM sends no hooks. Its documentation
 * does not say what happens to a connection that has already ended.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function disconnectChannel(
  stage: Stage,
  channel: Channel,
  accountId: string,
  now: Date,
): Promise<void> {
  const body = { account_id: accountId };
  const call = { method: "DELETE", name: "disconnect", body } as const;
  const answer = await callChannel(stage, channel, call, now);
  if (answer.status === 200 || answer.status === 204) return;
  throw refusal(answer, "disconnection", [channel.current]);
}
