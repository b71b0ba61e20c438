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
import { inChosenLanguage, languageWork, withOwnPhone } from "../conversation/say.ts";
import { customerToOperator, outgoingToOperator } from "../customer-to-operator/message.ts";
import type { Accepted, Attempt, DeliveryWork, Job, Work } from "../delivery/attempt.ts";
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
import { topicNews } from "../conversation/topics.ts";

/** How what the queue holds is read. */
export type IncomingDependencies = Pick<RegroupDependencies, "knownChats" | "decodeAmocrm"> & {
  readonly bodyOf: BodyOf;
  /** Is an event, which ingest could not verify, signed by amoCRM? */
  readonly isAuthentic: (envelope: Envelope, body: Uint8Array) => Promise<boolean>;
  readonly decodeTelegram: (body: Uint8Array) => TelegramEvent;
};

/** What turning events into jobs needs from outside. */
export type JobsDependencies = OperatorAnswersDependencies &
  Pick<InternalEventDependencies, "stateOf"> & {
    readonly incoming: IncomingDependencies;
    /** The team's bot, where it answers customers until an operator is called. */
    readonly talk: { readonly bot: BotAnswers; readonly transcript: Transcript } | undefined;
  };

/** Decides what an event asks for, once it is known to be authentic. */
export function createJobs(deps: JobsDependencies): DeliveryWork["jobFor"] {
  const { incoming } = deps;
  return async (attempt, conversations) => {
    const { envelope } = attempt;
    if (envelope === undefined) return parked("not-understood", "an envelope of another version");
    const body = await incoming.bodyOf(envelope);
    if (!envelope.verified && !(await incoming.isAuthentic(envelope, body))) {
      // Kept, because nothing that may be somebody's words is thrown away; nobody is told.
      return parked("not-authentic", "signed by no secret of the channel");
    }
    // One that ingest could verify is gone by now, without a trace in the ledger.
    if (envelope.source !== "bridge" && healthCheckIn(textOf(body)) !== undefined) {
      return job({ kind: "ignore", reason: "a check of our own" });
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
          work: (entry) => decideInternalEvent(envelope, textOf(body), entry, conversations, deps),
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
  deps: JobsDependencies,
): Job {
  const accepted = { eventId: id, acceptedAtMillis, isRedriven: envelope?.redrive !== undefined };
  switch (event.kind) {
    case "message":
    case "edit":
      return { work: (entry) => written(event, update, accepted, entry, conversations, deps) };
    case "reaction":
      return { work: () => reacted(event, acceptedAtMillis, conversations, deps) };
    case "membership":
      return {
        async work() {
          const conversation = await conversations.find(event.conversationId);
          return rememberReachability(event, envelope ?? {}, conversation);
        },
      };
    case "unsupported-chat":
      return {
        async work() {
          const conversation = await conversations.find(event.conversationId);
          return answerUnsupportedChat(event, conversation, deps.now(), deps.settings);
        },
      };
    case "ignored":
    case "not-understood":
      return withoutSending(event);
  }
}

/** What a customer wrote is for the bridge itself, for the bot, or for operators. */
async function written(
  said: CustomerEvent,
  update: Uint8Array,
  accepted: Accepted,
  entry: LedgerEntry,
  conversations: AttemptConversations,
  deps: JobsDependencies,
): Promise<Work> {
  const { settings, talk, logger } = deps;
  const { acceptedAtMillis } = accepted;
  if (await isOfNoCustomer(said, conversations)) return ofNoCustomer;
  if (said.isOutgoing === true) return outgoingToOperator(said, acceptedAtMillis, settings);
  const isForBridge =
    said.command !== undefined || said.ownChoice !== undefined || said.content.type === "contact";
  const known = await conversations.find(said.conversationId, { mayBeStale: !isForBridge });
  const event = withOwnPhone(inChosenLanguage(said, known), settings.askPhone);
  const ofLanguage = languageWork(event, settings);
  if (ofLanguage !== undefined) {
    // Nothing of it is shown to operators, but their next answer goes where the customer is now.
    const news = topicNews(known, said);
    if (news.topics !== undefined) await conversations.update(said.conversationId, news);
    return ofLanguage;
  }
  if (talk === undefined) return customerToOperator(event, acceptedAtMillis, known, settings);
  const outside = { settings, logger, ...talk };
  return withHandOff(event, update, accepted, entry, conversations, outside);
}

const ofNoCustomer: Work = {
  kind: "ignore",
  reason: "in direct messages, by nobody who wrote there",
};

/** Administrators of a channel press and react as well: nobody becomes a customer by that. */
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
  { settings }: JobsDependencies,
): Promise<Work> {
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
  deps: JobsDependencies,
): Job {
  const { late } = accepted;
  const lateness = late === undefined ? {} : { late };
  switch (event.kind) {
    case "message":
      // The author gets a delivery status also where the conversation could not be read.
      return {
        ...lateness,
        tell: event.amocrmMessageId,
        ...(event.content.type === "unsupported" ? { leftOut: event.content.kind } : {}),
        work: (entry) => operatorAnswers(event, accepted, entry, conversations, deps),
      };
    case "reaction":
    case "typing":
      return {
        ...lateness,
        async work() {
          if (late !== undefined) deps.logger.warn("LateEvent", { eventId: accepted.id, late });
          return operatorReactionOrTyping(event, accepted, conversations, deps);
        },
      };
    case "ignored":
    case "not-understood":
      return withoutSending(event);
  }
}

function job(work: Work): Job {
  return { work: async () => work };
}

function parked(reason: PermanentReason, detail: string): Job {
  return job({ kind: "park", reason, detail });
}

function withoutSending(event: Ignored | NotUnderstood): Job {
  if (event.kind === "ignored") return job({ kind: "ignore", reason: event.reason });
  const { amocrmMessageId: tell, reason, detail } = event;
  return { ...parked(reason, detail), ...(tell === undefined ? {} : { tell }) };
}
