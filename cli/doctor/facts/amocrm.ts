import * as z from "zod/mini";
import { formatDate, signRequest } from "../../../lambdas/amocrm/webhook/signature.ts";
import type { Answer } from "../../../lambdas/http/call.ts";
import type { Stage } from "../../stage/stage.ts";
import type { ChannelFacts, Fact, Reply } from "./facts.ts";
import { ask, known, notKnown } from "./look.ts";

/** A chat id that no account has. A query for it changes nothing. */
const noChat = "00000000-0000-0000-0000-000000000000";
const account = z.object({ amojo_id: z.string() });

/**
 * Asks for the history of a chat that does not exist. It is a signed, read-only call under the scope. A
 * connected channel answers with 204, "no chat or no messages".
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function askChats(
  stage: Stage,
  channel: Fact<ChannelFacts>,
  secret: Fact<string>,
): Promise<Fact<Reply>> {
  if (!channel.known) return channel;
  if (!secret.known) return secret;
  const { scopeId } = channel.value;
  if (scopeId === "") return notKnown("the channel is not connected yet");
  const path = `/v2/origin/custom/${encodeURIComponent(scopeId)}/chats/${noChat}/history`;
  const request = { method: "GET", path, date: formatDate(new Date()), body: new Uint8Array() };
  const headers = { ...signRequest(request, secret.value) };
  return known(
    await ask(`${stage.amojoOrigin}${path}?limit=1&offset=0`, { method: "GET", headers }),
  );
}

/** Finds the account of the API token, and whether the token may link chats to contacts. */
export async function askMainApi(
  stage: Stage,
  token: Fact<string>,
): Promise<{
  readonly account: Fact<Reply<{ readonly amojoId: string }>>;
  readonly contactChats: Fact<Reply>;
}> {
  if (!token.known) return { account: token, contactChats: token };
  const headers = { Authorization: `Bearer ${token.value}` };
  const get = <Body>(path: string, read?: (answer: Answer) => Body | undefined) =>
    ask(`${stage.amocrmOrigin}/api/v4/${path}`, { method: "GET", headers }, read);
  const who = await get("account?with=amojo_id", amojoIdOf);
  if (who.kind === "silent" || who.status !== 200) {
    const why = "amoCRM did not report the account of the API token";
    return { account: known(who), contactChats: notKnown(why) };
  }
  return {
    account: known(who),
    contactChats: known(await get(`contacts/chats?chat_id=${noChat}`)),
  };
}

function amojoIdOf({ text }: Answer): { amojoId: string } | undefined {
  try {
    const read = z.safeParse(account, JSON.parse(text));
    return read.success ? { amojoId: read.data.amojo_id } : undefined;
  } catch {
    return undefined;
  }
}
