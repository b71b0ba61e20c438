import { createHash } from "node:crypto";
import { decodeHook } from "../adapters/amocrm/decode.ts";
import { messageEventIdOf } from "../adapters/amocrm/identify.ts";
import { verifyHook } from "../adapters/amocrm/signature.ts";
import { createBodyOf } from "../adapters/bodies/body-of.ts";
import { inspect } from "../adapters/files/sniff.ts";
import { decodeUpdate } from "../adapters/telegram/decode.ts";
import { secretsInUse } from "../config/credentials.ts";
import type { AmocrmChannelCredentials } from "../config/credentials.ts";
import { createActivity } from "../domain/activity.ts";
import { createAvatarOf } from "../domain/avatar.ts";
import type { AvatarOf } from "../domain/avatar.ts";
import { createEchoGuard } from "../domain/echo.ts";
import { createJobs } from "../domain/jobs.ts";
import { createOpenConversation } from "../domain/open-conversation.ts";
import { isOvertaken } from "../domain/overtaken.ts";
import type { Pace } from "../domain/pace.ts";
import type { Pauses } from "../domain/pauses.ts";
import type { ConversationsAhead } from "../domain/read-ahead.ts";
import { createReassure } from "../domain/reassure.ts";
import { regroup } from "../domain/regroup.ts";
import { createSentMessages } from "../domain/sent-messages.ts";
import { createTelegramMessageOf } from "../domain/telegram-message.ts";
import { createTellOperator } from "../domain/tell-operator.ts";
import { createDeliverySender } from "../handlers/delivery-sender.ts";
import type { Envelope } from "../model/envelope.ts";
import { chatOf } from "../model/ids.ts";
import type { Language } from "../model/language.ts";
import type { AskPhone } from "../model/ask-phone.ts";
import type { BodyStore } from "../ports/bodies.ts";
import type { Now, Random } from "../ports/clock.ts";
import type { BotAnswers } from "../ports/bot-answers.ts";
import type { ContactMarks } from "../ports/contact-marks.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { CrmContacts } from "../ports/crm-contacts.ts";
import type { CrmHealth } from "../ports/crm-health.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { CustomerFiles, MediaStore, OperatorFiles } from "../ports/files.ts";
import type { DeliveryLedger } from "../ports/delivery-ledger.ts";
import type { EchoMemory } from "../ports/echo-memory.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { EventStanding } from "../ports/event-standing.ts";
import type { KnownChats } from "../ports/known-chats.ts";
import type { Logger } from "../ports/logger.ts";
import type { Redelivery } from "../ports/redelivery.ts";
import type { Transcript } from "../ports/transcript.ts";
import type { Secret } from "../ports/secret.ts";
import type { ShownPieces } from "../ports/shown-pieces.ts";

const avatarMillis = 4000;

/** Everything a delivery touches, as ports: AWS's in production, simulated ones in tests. */
export type DeliveryPorts = {
  readonly botId: string;
  readonly operatorLanguage: Language;
  readonly askPhone: AskPhone;
  readonly leaseMillis: number;
  readonly queueNames: Parameters<typeof createDeliverySender>[0]["queueNames"];
  readonly channel: Secret<AmocrmChannelCredentials>;
  readonly crm: CrmChat;
  readonly history: CrmHistory;
  readonly contacts: CrmContacts;
  readonly contactMarks: ContactMarks;
  readonly messenger: CustomerMessenger;
  readonly botAddress: () => Promise<string | undefined>;
  readonly files: CustomerFiles;
  readonly operatorFiles: OperatorFiles;
  readonly mediaStore: MediaStore;
  readonly shownPieces: ShownPieces;
  readonly transcript: Transcript;
  /** Present where a bot answers until an operator is called. */
  readonly bot: BotAnswers | undefined;
  readonly ledger: DeliveryLedger & EventStanding;
  readonly bodies: BodyStore;
  readonly conversations: ConversationsAhead;
  readonly knownChats: KnownChats;
  readonly echoMemory: EchoMemory;
  readonly pauses: Pauses;
  readonly pace: Pace;
  readonly toAmocrm: EventQueue;
  readonly toTelegram: EventQueue;
  readonly redelivery: Redelivery;
  readonly now: Now;
  readonly random: Random;
  readonly logger: Logger;
  /** Present where customers are told that their messages wait. */
  readonly health?: CrmHealth;
};

/** The sender: what each event asks for, carried out over the ports. */
export function composeDelivery(ports: DeliveryPorts) {
  const { botId, operatorLanguage, channel, history, ledger, health } = ports;
  const hookIdOf = async (amocrmMessageId: string) =>
    messageEventIdOf((await channel.read()).scopeId, amocrmMessageId);
  const bodyOf = createBodyOf(ports.bodies);
  const jobFor = createJobs({
    ...ports,
    bodyOf,
    inspect,
    sentMessages: createSentMessages({ ...ports, hookIdOf }),
    telegramMessageOf: createTelegramMessageOf({ ...ports, hookIdOf }),
    openConversation: createOpenConversation({
      ...ports,
      avatarOf: unlessSlow(createAvatarOf(ports)),
    }),
    echo: createEchoGuard({ ...ports, memory: ports.echoMemory, digest: sha256 }),
    stateOf: (eventId) => ledger.stateOf(eventId),
    isOvertaken: async (event) => {
      const { scopeId } = await channel.read();
      const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
      return isOvertaken(event, { history, ledger, hookIdOf });
    },
    isAuthentic: (envelope, body) => isAuthentic(envelope, body, channel),
    decodeTelegram: (body) => decodeUpdate(body, botId),
    decodeAmocrm: decodeHook,
  });
  const eventOf = async (envelope: Envelope) => decodeUpdate(await bodyOf(envelope), botId);
  return createDeliverySender({
    ...ports,
    activity: createActivity(),
    regroup: (attempt) => regroup(attempt, { ...ports, bodyOf, decodeAmocrm: decodeHook }),
    readAhead: ({ group, direction }) => {
      // The same look as that of the first who will want it.
      const mayBeOld = direction === "to-amocrm" && ports.bot === undefined;
      if (chatOf(group) !== undefined) ports.conversations.readAhead(group, { mayBeOld });
    },
    jobFor,
    ...(health === undefined
      ? {}
      : { whileWaiting: createReassure({ ...ports, health, eventOf }) }),
    tell: createTellOperator({ ...ports, language: operatorLanguage }),
  });
}

async function isAuthentic(
  { signature, scopeId, receivedAtMillis }: Envelope,
  body: Uint8Array,
  channel: Secret<AmocrmChannelCredentials>,
): Promise<boolean> {
  const fits = (known: AmocrmChannelCredentials) =>
    scopeId === known.scopeId && verifyHook(body, signature ?? "", secretsInUse(known));
  // Refused only by a secret that was read after the hook came.
  return fits(await channel.read()) || fits(await channel.readSince(receivedAtMillis));
}

/** A picture is worth no waiting: a message goes on without it. */
function unlessSlow(avatarOf: AvatarOf): AvatarOf {
  return (...asked) => {
    const patience = AbortSignal.timeout(avatarMillis);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    patience.addEventListener("abort", () => resolve(undefined));
    return Promise.race([avatarOf(...asked), promise]);
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
