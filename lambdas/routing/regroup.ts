import { PermanentFailure } from "../model/failure.ts";
import type { AmocrmEvent } from "../model/message.ts";
import { chatOf, isPlainId } from "../model/ids.ts";
import type { BodyOf, KnownChats } from "../model/stores.ts";
import type { Now, EventQueue, Logger } from "../model/runtime.ts";
import type { Attempt, Verdict } from "../delivery/attempt.ts";
import { retryAfter, factsOf } from "../delivery/record-failure.ts";

/**
 * The index may not show the chat of a message for this long. Usually it takes a fraction of a second.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
const indexMillis = 2000;
const lookAgainSeconds = 1;

/** The dependencies of finding the chat of a hook that does not name it. */
export type RegroupDependencies = {
  readonly knownChats: KnownChats;
  readonly bodyOf: BodyOf;
  readonly decodeAmocrm: (body: Uint8Array, scopeId: string) => AmocrmEvent;
  readonly toTelegram: EventQueue;
  readonly now: Now;
  readonly logger: Logger;
};

/**
 * A hook without `client_id` names its chat by amoCRM's id alone. So it waits in a queue group of its own,
 * outside the group of the chat. When the chat is a customer's chat, the bridge puts the event into the
 * customer's group under the same id. There it waits for earlier events like any other event, and the bridge
 * sends nothing in parallel. The sender has not claimed the event before, so the move counts no attempt.
 * Returns undefined when the sender shall deliver the event in its present group.
 */
export async function regroup(
  attempt: Attempt,
  deps: RegroupDependencies,
): Promise<Verdict | undefined> {
  const { envelope, group, acceptedAtMillis } = attempt;
  // An event that ingest could not verify is out of order in any case.
  if (envelope?.source !== "amocrm" || !envelope.verified) return undefined;
  if (chatOf(group) !== undefined) return undefined;
  const body = await deps.bodyOf(envelope).catch(unlessGone);
  if (body === undefined) return undefined;
  const event = deps.decodeAmocrm(body, envelope.scopeId ?? "");
  const amojoChatId = unnamedChatOf(event);
  if (amojoChatId === undefined) return undefined;
  const conversationId = await deps.knownChats.conversationOf(amojoChatId);
  if (conversationId === undefined || chatOf(conversationId) === undefined) {
    const mayShowUp = event.kind === "message" && deps.now() - acceptedAtMillis < indexMillis;
    return mayShowUp ? retryAfter(lookAgainSeconds) : undefined;
  }
  await deps.toTelegram.put({ ...envelope, group: conversationId }, { isMoved: true });
  deps.logger.info("EventRegrouped", factsOf(attempt));
  return { kind: "done" };
}

/** A body that cannot be read does not name its chat. The sender parks the event in its present group. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof PermanentFailure)) throw error;
}

/** Puts an event that did not name its chat into the chat that the bridge found for it. */
export async function inItsChat(
  event: AmocrmEvent,
  { envelope, group }: Attempt,
  { knownChats }: Pick<RegroupDependencies, "knownChats">,
): Promise<{ readonly event: AmocrmEvent; readonly isUnnamed: boolean }> {
  const amojoChatId = unnamedChatOf(event);
  if (amojoChatId === undefined) return { event, isUnnamed: false };
  let conversationId = chatOf(group) === undefined ? undefined : group;
  if (conversationId === undefined && envelope?.verified !== true) {
    conversationId = await knownChats.conversationOf(amojoChatId);
  }
  if (conversationId === undefined) return { event, isUnnamed: false };
  return { event: { ...event, conversationId } as AmocrmEvent, isUnnamed: true };
}

/** amoCRM's id of the chat, when the hook has no other id of it. */
function unnamedChatOf(event: AmocrmEvent): string | undefined {
  if (event.kind === "ignored" || event.kind === "not-understood") return undefined;
  const { conversationId, amojoChatId } = event;
  if (conversationId !== undefined || amojoChatId === undefined) return undefined;
  return isPlainId(amojoChatId) ? amojoChatId : undefined;
}
