import { PermanentFailure } from "../model/failure.ts";
import type { AmocrmEvent } from "../model/message.ts";
import { chatOf, isPlainId } from "../model/ids.ts";
import type { BodyOf, KnownChats } from "../model/stores.ts";
import type { Now, EventQueue, Logger } from "../model/runtime.ts";
import type { Attempt, Verdict } from "../delivery/attempt.ts";
import { retryAfter, factsOf } from "../delivery/record-failure.ts";

/**
 * For so long the chat of a message may be one that the index does not show yet: usually that is a
 * fraction of a second. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
const indexMillis = 2000;
const lookAgainSeconds = 1;

/** What finding the chat of a hook that does not name it needs from outside. */
export type RegroupDependencies = {
  readonly knownChats: KnownChats;
  readonly bodyOf: BodyOf;
  readonly decodeAmocrm: (body: Uint8Array, scopeId: string) => AmocrmEvent;
  readonly toTelegram: EventQueue;
  readonly now: Now;
  readonly logger: Logger;
};

/**
 * A hook without `client_id` names its chat by amoCRM's id alone, and so waits in a queue group of its
 * own, beside the group of that chat. Where the chat is a customer's, the event is put into their group
 * under the same id: it waits there for what is under way, like any other, and nothing is sent side by
 * side. Not claimed before, so that it counts no attempt. Undefined where the event is to be delivered
 * where it is.
 */
export async function regroup(
  attempt: Attempt,
  deps: RegroupDependencies,
): Promise<Verdict | undefined> {
  const { envelope, group, acceptedAtMillis } = attempt;
  // What ingest could not verify leaves the order of its chat anyway.
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

/** What cannot be read says nothing of its chat, and is parked where it is. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof PermanentFailure)) throw error;
}

/** An event that did not name its chat, in the chat that it was found to be of. */
export async function inItsChat(
  event: AmocrmEvent,
  { envelope, group }: Attempt,
  { knownChats }: Pick<RegroupDependencies, "knownChats">,
): Promise<{ readonly event: AmocrmEvent; readonly isUnnamed: boolean }> {
  const amojoChatId = unnamedChatOf(event);
  if (amojoChatId === undefined) return { event, isUnnamed: false };
  const isVerified = envelope?.verified === true;
  const conversationId =
    chatOf(group) !== undefined
      ? group
      : isVerified
        ? undefined
        : await knownChats.conversationOf(amojoChatId);
  if (conversationId === undefined) return { event, isUnnamed: false };
  return { event: { ...event, conversationId } as AmocrmEvent, isUnnamed: true };
}

/** amoCRM's id of the chat, where the hook has no other. */
function unnamedChatOf(event: AmocrmEvent): string | undefined {
  if (event.kind === "ignored" || event.kind === "not-understood") return undefined;
  const { conversationId, amojoChatId } = event;
  if (conversationId !== undefined || amojoChatId === undefined) return undefined;
  return isPlainId(amojoChatId) ? amojoChatId : undefined;
}
