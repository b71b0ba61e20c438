import { healthCheckIn } from "../model/envelope.ts";
import type { Envelope } from "../model/envelope.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type {
  AmocrmEvent,
  CustomerEvent,
  CustomerReaction,
  Ignored,
  NotUnderstood,
  TelegramEvent,
} from "../model/message.ts";
import type { BodyOf, Transcript } from "../model/stores.ts";
import type { BotAnswers } from "../model/messenger.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import { inChosenLanguage, decideLanguage, withOwnPhone } from "../conversation/say.ts";
import { customerToOperator, outgoingToOperator } from "../customer-to-operator/message.ts";
import type {
  AcceptedEvent,
  Attempt,
  DeliveryActions,
  RoutedEvent,
  Decision,
} from "../delivery/attempt.ts";
import { answerUnsupportedChat } from "../customer-to-operator/unsupported-chat.ts";
import { customerReaction } from "../customer-to-operator/reaction.ts";
import { withHandOff } from "../hand-off/hand-off.ts";
import { stepOf } from "../hand-off/states.ts";
import { operatorAnswers, operatorReactionOrTyping } from "../operator-to-customer/answer.ts";
import type { AcceptedHook, OperatorAnswersDependencies } from "../operator-to-customer/answer.ts";
import { decideInternalEvent } from "./internal-events.ts";
import type { InternalEventDependencies } from "./internal-events.ts";
import { rememberReachability } from "../conversation/open-conversation.ts";
import { inItsChat } from "./regroup.ts";
import type { RegroupDependencies } from "./regroup.ts";
import { withProfile } from "../conversation/profile.ts";
import { openStart } from "../conversation/start-news.ts";
import type { StartDependencies } from "../conversation/start-news.ts";
import { topicNews } from "../conversation/topics.ts";
import { passedOn } from "../waiting/wait.ts";

/** The dependencies of reading the events of the queues. */
export type IncomingDependencies = Pick<RegroupDependencies, "knownChats" | "decodeAmocrm"> & {
  readonly bodyOf: BodyOf;
  /** True when amoCRM signed an event that ingest could not verify. */
  readonly isAuthentic: (envelope: Envelope, body: Uint8Array) => Promise<boolean>;
  readonly decodeTelegram: (body: Uint8Array) => TelegramEvent;
};

/** The dependencies of routing events. */
export type RoutingDependencies = OperatorAnswersDependencies &
  Pick<InternalEventDependencies, "stateOf"> & {
    readonly incoming: IncomingDependencies;
    /** The links of `/start`. */
    readonly starting: Omit<StartDependencies, "settings" | "logger">;
    /** The team's bot, where it answers customers until the customer or the bot calls an operator. */
    readonly talk: { readonly bot: BotAnswers; readonly transcript: Transcript } | undefined;
  };

/** Verifies an event where ingest could not, then decides the work that it asks for. */
export function createRouter(deps: RoutingDependencies): DeliveryActions["route"] {
  const { incoming } = deps;
  return async (attempt, conversations) => {
    const { envelope } = attempt;
    if (envelope === undefined) return parked("not-understood", "an envelope of another version");
    const body = await incoming.bodyOf(envelope);
    if (!envelope.verified && !(await incoming.isAuthentic(envelope, body))) {
      // The bridge parks it, because it may hold a person's words. It reports it to no operator.
      return parked("not-authentic", "signed by no secret of the channel");
    }
    // A check that ingest could verify does not come here: the sender drops it without a ledger entry.
    if (envelope.source !== "bridge" && healthCheckIn(textOf(body)) !== undefined) {
      return decided({ kind: "ignore", reason: "a check of our own" });
    }
    switch (envelope.source) {
      case "telegram":
        return fromCustomer(incoming.decodeTelegram(body), body, attempt, conversations, deps);
      case "amocrm": {
        const hook = incoming.decodeAmocrm(body, envelope.scopeId ?? "");
        const { event, isUnnamed } = await inItsChat(hook, attempt, incoming);
        const late = envelope.late ?? (isUnnamed ? "without-client-id" : undefined);
        return fromOperator(event, { ...envelope, late }, conversations, deps);
      }
      case "bridge":
        return {
          decide: (entry) => {
            const { acceptedAtMillis } = attempt;
            const text = textOf(body);
            return decideInternalEvent(
              envelope,
              acceptedAtMillis,
              text,
              entry,
              conversations,
              deps,
            );
          },
        };
    }
  };
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

function fromCustomer(
  event: TelegramEvent,
  update: Uint8Array,
  { envelope, id, acceptedAtMillis }: Attempt,
  conversations: AttemptConversations,
  deps: RoutingDependencies,
): RoutedEvent {
  const accepted = { eventId: id, acceptedAtMillis, isRedriven: envelope?.redrive !== undefined };
  switch (event.kind) {
    case "message":
    case "edit":
      return { decide: (entry) => written(event, update, accepted, entry, conversations, deps) };
    case "reaction":
      return { decide: () => reacted(event, acceptedAtMillis, conversations, deps) };
    case "membership":
      return {
        async decide() {
          const conversation = await conversations.find(event.conversationId);
          return rememberReachability(event, envelope ?? {}, conversation);
        },
      };
    case "unsupported-chat":
      return {
        async decide() {
          const conversation = await conversations.find(event.conversationId);
          return answerUnsupportedChat(event, conversation, deps.now(), deps.settings);
        },
      };
    case "ignored":
    case "not-understood":
      return withoutSending(event);
  }
}

/** A customer's message is for the bridge itself, for the bot, or for operators. */
async function written(
  message: CustomerEvent,
  update: Uint8Array,
  accepted: AcceptedEvent,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: RoutingDependencies,
): Promise<Decision> {
  const { settings, talk, logger } = deps;
  const { acceptedAtMillis } = accepted;
  if (await isOfNoCustomer(message, conversations)) return ofNoCustomer;
  if (message.isOutgoing === true) return outgoingToOperator(message, acceptedAtMillis, settings);
  const isForBridge =
    message.command !== undefined ||
    message.ownChoice !== undefined ||
    message.content.type === "contact";
  const known = await conversations.find(message.conversationId, { mayBeStale: !isForBridge });
  const event = withOwnPhone(inChosenLanguage(message, known), settings.askPhone);
  const ofLanguage = decideLanguage(event, settings);
  if (ofLanguage !== undefined) {
    // Operators do not see this message. But their next answer goes where the customer is now.
    const news = topicNews(known, message);
    if (news.topics !== undefined) await conversations.update(message.conversationId, news);
    return ofLanguage;
  }
  if (event.startPayload !== undefined) {
    await openStart(event, accepted.eventId, conversations, { ...deps.starting, settings, logger });
  }
  if (talk === undefined) {
    const shown = customerToOperator(event, acceptedAtMillis, known, settings);
    // A start makes no notification, so no operator owes it an answer.
    const decision =
      event.command === "start"
        ? shown
        : await passedOn(shown, { event, accepted, entry }, conversations, deps);
    return withProfile(decision, event, known, settings, deps.now());
  }
  const outside = { settings, logger, waits: deps.waits, now: deps.now, ...talk };
  return withHandOff(event, update, accepted, entry, conversations, outside);
}

const ofNoCustomer: Decision = {
  kind: "ignore",
  reason: "in direct messages, by a person who has not written there",
};

/** Administrators of a channel press buttons and react as well. That does not make them customers. */
async function isOfNoCustomer(
  { conversationId, isTopicGuessed }: CustomerEvent | CustomerReaction,
  conversations: AttemptConversations,
): Promise<boolean> {
  return isTopicGuessed === true && (await conversations.find(conversationId)) === undefined;
}

async function reacted(
  event: CustomerReaction,
  acceptedAtMillis: number,
  conversations: AttemptConversations,
  { settings }: RoutingDependencies,
): Promise<Decision> {
  if (await isOfNoCustomer(event, conversations)) return ofNoCustomer;
  if (settings.hasBot) {
    const { handOff } = (await conversations.find(event.conversationId)) ?? {};
    const isBots = stepOf(handOff, "customer writes").does === "ask the bot";
    if (isBots) return { kind: "ignore", reason: "a reaction while the bot answers" };
  }
  return customerReaction(event, acceptedAtMillis);
}

function fromOperator(
  event: AmocrmEvent,
  accepted: AcceptedHook,
  conversations: AttemptConversations,
  deps: RoutingDependencies,
): RoutedEvent {
  const { late } = accepted;
  const lateness = late === undefined ? {} : { late };
  switch (event.kind) {
    case "message":
      // The author gets a delivery status even when the bridge could not read the conversation.
      return {
        ...lateness,
        reportTo: event.amocrmMessageId,
        ...(event.content.type === "unsupported" ? { leftOut: event.content.kind } : {}),
        ...(event.conversationId === undefined && event.amojoChatId !== undefined
          ? { writesFirstIn: event.amojoChatId }
          : {}),
        decide: (entry) => operatorAnswers(event, accepted, entry, conversations, deps),
      };
    case "reaction":
    case "typing":
      return {
        ...lateness,
        async decide() {
          if (late !== undefined) deps.logger.warn("LateEvent", { eventId: accepted.id, late });
          return operatorReactionOrTyping(event, accepted, conversations, deps);
        },
      };
    case "ignored":
    case "not-understood":
      return withoutSending(event);
  }
}

function decided(decision: Decision): RoutedEvent {
  return { decide: async () => decision };
}

function parked(reason: PermanentReason, detail: string): RoutedEvent {
  return decided({ kind: "park", reason, detail });
}

function withoutSending(event: Ignored | NotUnderstood): RoutedEvent {
  if (event.kind === "ignored") return decided({ kind: "ignore", reason: event.reason });
  const { amocrmMessageId: reportTo, reason, detail } = event;
  return { ...parked(reason, detail), ...(reportTo === undefined ? {} : { reportTo }) };
}
