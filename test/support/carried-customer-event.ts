import { MemoryShownPieces } from "./memory/stores.ts";
import { customerToOperator } from "../../lambdas/customer-to-operator/message.ts";
import type { Conversation, Language } from "../../lambdas/model/conversation.ts";
import type { CustomerEvent } from "../../lambdas/model/message.ts";
import { aClock } from "./clock.ts";
import { aDeliveryBench } from "./delivery-bench.ts";
import { aFakeCrm } from "./fake-crm.ts";
import { aFakeMediaStore, aFile, fakeFiles } from "./fake-files.ts";
import { routingDependencies } from "./routing-dependencies.ts";
import { aFakeMessenger } from "./fake-messenger.ts";
import { sentMessages as noMessages } from "./sent-messages.ts";

/** Carries out a customer's event towards amoCRM, once or more often. */
export async function carry(
  event: CustomerEvent,
  {
    crm = aFakeCrm(),
    messenger = aFakeMessenger(),
    attempts = 1,
    everyMillis = 600_000,
    acceptedAtMillis = 1_700_000_000_500,
    known = {} as Partial<Omit<Conversation, "conversationId">>,
    operatorLanguage = "ru" as Language,
    files = fakeFiles(aFile("bytes")),
    mediaStore = aFakeMediaStore(),
    shownPieces = new MemoryShownPieces(),
    sentMessages = noMessages(),
  } = {},
) {
  const clock = aClock();
  const opened: string[] = [];
  const deps = routingDependencies({
    crm,
    messenger,
    operatorLanguage,
    openConversation: async ({ conversationId }) => {
      opened.push(conversationId);
      return { amojoChatId: "amojo-chat" };
    },
    sentMessages,
    files,
    mediaStore,
    shownPieces,
    now: clock.now,
  });
  const { conversations, memory, settings, carryOut, probe } = deps;
  await conversations.update(event.conversationId, known);
  const decide = async () => {
    const conversation = await conversations.find(event.conversationId);
    return customerToOperator(event, acceptedAtMillis, conversation, settings);
  };
  const bench = aDeliveryBench({ decide }, { conversations, carryOut, probe });
  const verdicts = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    verdicts.push(await bench.attempt({ direction: "to-amocrm" }));
    for (const each of [clock, bench.clock]) each.advance(everyMillis);
  }
  return { crm, messenger, memory, mediaStore, opened, bench, verdicts };
}
