import { formatDate, signRequest } from "../../lambdas/amocrm/webhook/signature.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { commandToSet } from "../secrets/secret-plans.ts";
import type { Stage } from "../stage/stage.ts";
import { callAmocrm, RefusedByAmocrm } from "./failures.ts";

/** The credentials that amoCRM support issued for the channel. */
export type Channel = { readonly channelId: string; readonly current: string };

/**
 * Makes one signed call under the channel's own id. Throws a RefusedByAmocrm when amoCRM refuses the
 * channel's id or secret. The caller judges every other answer.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function callChannel(
  stage: Stage,
  { channelId, current }: Channel,
  call: { readonly method: "POST" | "DELETE"; readonly name: string; readonly body: object },
  now: Date,
): Promise<Answer> {
  const { method } = call;
  const path = `/v2/origin/custom/${encodeURIComponent(channelId)}/${call.name}`;
  const body = Buffer.from(JSON.stringify(call.body));
  const headers = {
    ...signRequest({ method, path, date: formatDate(now), body }, current),
    // Node sends no Content-Length for a DELETE with a body, and a server would not read the body.
    "Content-Length": String(body.length),
  };
  const answer = await callAmocrm(stage.amojoOrigin + path, { method, headers, body });
  const set = (field: string) => commandToSet(stage, "amocrm-channel", field);
  if (answer.status === 403) {
    throw new RefusedByAmocrm(
      `the channel secret is wrong for channel ${channelId} (403), or this machine's clock is wrong`,
      `set it with ${set("current")}`,
    );
  }
  if (answer.status === 404) {
    throw new RefusedByAmocrm(
      `amoCRM has no channel ${channelId} (404)`,
      `set its id with ${set("channelId")}`,
    );
  }
  return answer;
}
