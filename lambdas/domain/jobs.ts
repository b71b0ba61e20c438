import type { Envelope } from "../model/envelope.ts";
import type { PermanentReason } from "../model/failure.ts";
import { checkIn } from "../model/bridge-check.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type {
  AmocrmEvent,
  CustomerEvent,
  CustomerReaction,
  Ignored,
  NotUnderstood,
  TelegramEvent,
} from "../model/message.ts";
import type { BodyOf } from "../ports/bodies.ts";
import type { Transcript } from "../ports/transcript.ts";
import { inChosenLanguage, languageWork } from "./choose-language.ts";
import { withOwnPhone } from "./phone-talk.ts";
import { customerToOperator, outgoingToOperator } from "./customer-to-operator.ts";
import type { CustomerToOperatorDependencies } from "./customer-to-operator.ts";
import type { Attempt, Job, Work } from "./delivery.ts";
import { answerElsewhere } from "./elsewhere.ts";
import { customerReaction } from "./customer-reaction.ts";
import { withHandOff } from "./hand-off/hand-off.ts";
import type { Accepted } from "./hand-off/hand-off.ts";
import { stepOf } from "./hand-off/transitions.ts";
import { operatorReaction, operatorTyping } from "./operator-signs.ts";
import { operatorAnswers } from "./operator-answers.ts";
import type { AcceptedHook } from "./hook-age.ts";
import type { OperatorAnswersDependencies } from "./operator-answers.ts";
import { askedByBridge } from "./own-requests.ts";
import type { OwnRequestDependencies } from "./own-requests.ts";
import { rememberReach } from "./reach.ts";
import { inItsChat } from "./regroup.ts";
import type { RegroupDependencies } from "./regroup.ts";
import { topicNews } from "./topics.ts";

/** What turning events into jobs needs from outside. */
export type JobsDependencies = CustomerToOperatorDependencies &
  OperatorAnswersDependencies &
  OwnRequestDependencies &
  Pick<RegroupDependencies, "knownChats" | "decodeAmocrm"> & {
    readonly transcript: Transcript;
    /** Is an event, which ingest could not verify, signed by amoCRM? */
    readonly isAuthentic: (envelope: Envelope, body: Uint8Array) => Promise<boolean>;
    readonly bodyOf: BodyOf;
    readonly decodeTelegram: (body: Uint8Array) => TelegramEvent;
  };

/** Decides what an event asks for, once it is known to be authentic. */
export function createJobs(deps: JobsDependencies): (attempt: Attempt) => Promise<Job> {
  return async (attempt) => {
    const { envelope, acceptedAtMillis } = attempt;
    if (envelope === undefined) return parked("not-understood", "an envelope of another version");
    const body = await deps.bodyOf(envelope);
    if (!envelope.verified && !(await deps.isAuthentic(envelope, body))) {
      // Kept, because nothing that may be somebody's words is thrown away; nobody is told.
      return parked("not-authentic", "signed by no secret of the channel");
    }
    // One that ingest could verify is gone by now, without a trace in the ledger.
    if (envelope.source !== "bridge" && checkIn(textOf(body)) !== undefined) {
      return job({ kind: "ignore", reason: "a check of our own" });
    }
    switch (envelope.source) {
      case "telegram":
        return fromCustomer(deps.decodeTelegram(body), body, envelope, acceptedAtMillis, deps);
      case "amocrm": {
        const hook = deps.decodeAmocrm(body, envelope.scopeId ?? "");
        const { event, isUnnamed } = await inItsChat(hook, attempt, deps);
        const late = envelope.late ?? (isUnnamed ? "without-client-id" : undefined);
        return fromOperator(event, { ...envelope, late }, deps);
      }
      case "bridge":
        return { work: (entry) => askedByBridge(envelope, textOf(body), entry, deps) };
    }
  };
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

function fromCustomer(
  event: TelegramEvent,
  update: Uint8Array,
  envelope: Envelope,
  acceptedAtMillis: number,
  deps: JobsDependencies,
): Job {
  switch (event.kind) {
    case "message":
    case "edit":
      return {
        work: (entry) => {
          const isRedriven = envelope.redrive !== undefined;
          const accepted = { eventId: envelope.id, acceptedAtMillis, isRedriven };
          return written(event, update, accepted, entry, deps);
        },
      };
    case "reaction":
      return { work: () => reacted(event, acceptedAtMillis, deps) };
    case "membership":
      return rememberReach(event, envelope, deps);
    case "elsewhere":
      return { work: () => answerElsewhere(event, deps) };
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
  deps: JobsDependencies,
): Promise<Work> {
  if (await isNobodys(said, deps)) return nobodys;
  if (said.isOutgoing === true) return outgoingToOperator(said, accepted.acceptedAtMillis, deps);
  const isForBridge =
    said.command !== undefined || said.ownChoice !== undefined || said.content.type === "contact";
  const known = isForBridge ? await deps.conversations.find(said.conversationId) : undefined;
  const event = withOwnPhone(inChosenLanguage(said, known), deps.askPhone);
  const ofLanguage = languageWork(event, deps);
  if (ofLanguage !== undefined) {
    // Nothing of it is shown to operators, but their next answer goes where the customer is now.
    const news = topicNews(known, said);
    if (news.topics !== undefined) await deps.conversations.update(said.conversationId, news);
    return ofLanguage;
  }
  const { bot } = deps;
  if (bot === undefined) return customerToOperator(event, accepted.acceptedAtMillis, deps, known);
  return withHandOff(event, update, accepted, entry, { ...deps, bot });
}

const nobodys: Work = { kind: "ignore", reason: "in direct messages, by nobody who wrote there" };

/** Administrators of a channel press and react as well: nobody becomes a customer by that. */
async function isNobodys(
  { conversationId, isTopicGuessed }: CustomerEvent | CustomerReaction,
  { conversations }: JobsDependencies,
): Promise<boolean> {
  return isTopicGuessed === true && (await conversations.find(conversationId)) === undefined;
}

async function reacted(
  event: CustomerReaction,
  acceptedAtMillis: number,
  deps: JobsDependencies,
): Promise<Work> {
  if (await isNobodys(event, deps)) return nobodys;
  if (deps.bot !== undefined) {
    const { handOff } = (await deps.conversations.find(event.conversationId)) ?? {};
    const isBots = stepOf(handOff, "customer writes").does === "ask the bot";
    if (isBots) return { kind: "ignore", reason: "a reaction while the bot answers" };
  }
  return customerReaction(event, acceptedAtMillis, deps);
}

function fromOperator(event: AmocrmEvent, accepted: AcceptedHook, deps: JobsDependencies): Job {
  const { late } = accepted;
  const lateness = late === undefined ? {} : { late };
  const noted = (work: Work): Job => ({
    async work() {
      if (late !== undefined) deps.logger.warn("LateEvent", { eventId: accepted.id, late });
      return work;
    },
  });
  switch (event.kind) {
    case "message":
      // Whoever wrote it is told of its end, also of one that no look at the conversation allowed.
      return {
        ...lateness,
        tell: event.amocrmMessageId,
        ...(event.content.type === "unsupported" ? { leftOut: event.content.kind } : {}),
        work: (entry) => operatorAnswers(event, accepted, entry, deps),
      };
    case "reaction":
      return { ...lateness, ...noted(operatorReaction(event, accepted, deps)) };
    case "typing":
      return { ...lateness, ...noted(operatorTyping(event, deps)) };
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
