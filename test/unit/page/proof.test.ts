import { describe, expect, test } from "@jest/globals";
import { proofOf } from "../../../local/page/app/way/proof.ts";
import type { DirectionProof } from "../../../local/page/app/way/proof.ts";
import type { Hop } from "../../../local/hops/hop.ts";
import type { PageRecord, RunFacts } from "../../../local/page/stream.ts";
import {
  aModel,
  call,
  answer,
  fact,
  queue,
  received,
  row,
  shown,
  startMillis,
  written,
} from "./page-model.ts";

type Case = {
  readonly what: string;
  readonly records: readonly PageRecord[];
  readonly hops?: readonly Hop[];
  readonly facts?: Partial<RunFacts>;
  readonly afterSeconds?: number;
  readonly proof: Partial<DirectionProof>;
};

const nothing: DirectionProof = {
  notAccepted: 0,
  accepted: 0,
  delivered: 0,
  answered: 0,
  waiting: 0,
  parked: 0,
  ignored: 0,
  reconciled: 0,
  lost: [],
  outOfOrder: [],
};

const prove = ({ records, hops, facts, afterSeconds = 60 }: Case) =>
  proofOf(aModel(records, hops, facts), startMillis + afterSeconds * 1000);

const emptyQueue = queue("to-amocrm", 0);
const showsMessage = { steps: [{ step: "show-message", id: "gone" }] };

describe("a customer's message is", () => {
  test.each<Case>([
    {
      what: "not accepted while the webhook refuses it",
      records: [written(1, { isAccepted: false })],
      proof: { notAccepted: 1 },
    },
    {
      what: "delivered when the desk shows it, whatever the ledger says",
      records: [written(1), shown(1), row("tg:1:1", { state: "sending" })],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "delivered once with several pieces",
      records: [written(1), shown(1), shown("1.2"), shown("1.3")],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "delivered when only its edit is shown",
      records: [written(1), shown("1-edit-7"), row("tg:1:1", showsMessage)],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "waiting while its queue is not empty",
      records: [written(1), queue("to-amocrm", 1)],
      proof: { accepted: 1, waiting: 1 },
    },
    {
      what: "waiting while the ledger has a time for the next attempt",
      records: [
        written(1),
        emptyQueue,
        row("tg:1:1", { state: "waiting", attempts: 1, notBeforeMillis: startMillis + 90_000 }),
      ],
      proof: { accepted: 1, waiting: 1 },
    },
    {
      what: "lost when a sender claimed it, the lease is over and the queue does not have it",
      records: [
        written(1),
        emptyQueue,
        row("tg:1:1", { state: "sending", leaseUntilMillis: startMillis + 5000 }),
      ],
      proof: { accepted: 1, lost: ["tg:1:1"] },
    },
    {
      what: "parked",
      records: [written(1), row("tg:1:1", { state: "parked" })],
      proof: { accepted: 1, parked: 1 },
    },
    {
      what: "ignored",
      records: [written(1), row("tg:1:1", { state: "ignored" })],
      proof: { accepted: 1, ignored: 1 },
    },
    {
      what: "answered by the bot",
      records: [written(1), row("tg:1:1", { steps: [{ step: "answer-as-bot", id: "2" }] })],
      proof: { accepted: 1, answered: 1 },
    },
    {
      what: "on its way for 15 seconds after the ledger's end",
      records: [written(1), row("tg:1:1", { ...showsMessage, endedAtMillis: startMillis })],
      afterSeconds: 14,
      proof: { accepted: 1, waiting: 1 },
    },
    {
      what: "lost when the ledger says sent and the desk does not show it",
      records: [written(1), row("tg:1:1", { ...showsMessage, endedAtMillis: startMillis })],
      proof: { accepted: 1, lost: ["tg:1:1"] },
    },
    {
      what: "lost when the webhook accepted it and neither queue nor ledger has it",
      records: [written(1), emptyQueue],
      hops: [fact("tg:1:1", "UpdateAccepted")],
      proof: { accepted: 1, lost: ["tg:1:1"] },
    },
    {
      what: "not lost while the queues are not known",
      records: [written(1)],
      proof: { accepted: 1, waiting: 1 },
    },
    {
      what: "followed by its event with a real phone",
      facts: { isTelegramSimulated: false },
      records: [
        row("tg:1:1", { steps: [{ step: "show-message", id: "shown-1" }] }),
        row("tg:1:2", showsMessage),
        shown(1),
      ],
      proof: { accepted: 2, delivered: 1, lost: ["tg:1:2"] },
    },
    {
      what: "lost with a real phone when the webhook accepted it and nothing has it",
      facts: { isTelegramSimulated: false },
      records: [emptyQueue],
      hops: [fact("tg:1:3", "UpdateAccepted")],
      proof: { accepted: 1, lost: ["tg:1:3"] },
    },
  ])("$what", (given) => {
    expect(prove(given)["to-amocrm"]).toEqual({ ...nothing, ...given.proof });
  });
});

const sentAs = (...ids: string[]) => ({ steps: ids.map((id) => ({ step: "send-text", id })) });
const delivered = { deliveryStatus: [{ status: 1 }] };

describe("an operator's message is", () => {
  test.each<Case>([
    {
      what: "not accepted when its hook was lost",
      records: [answer("a", { hookStatus: 0 })],
      proof: { notAccepted: 1 },
    },
    {
      what: "accepted when only the answer to its hook was lost",
      records: [answer("a", { hookStatus: 0 }), row("amo:a", sentAs("5")), received(5)],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "reconciled when the caretaker found it",
      records: [answer("a", { hookStatus: 0 }), row("amo:a", sentAs("5")), received(5)],
      hops: [fact("amo:a", "LateEvent", { late: "reconciled" })],
      proof: { accepted: 1, delivered: 1, reconciled: 1 },
    },
    {
      what: "delivered when the phone has all its parts",
      records: [answer("a"), row("amo:a", sentAs("5", "6")), received(5), received(6)],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "lost when the phone lacks one of its parts",
      records: [answer("a", delivered), row("amo:a", sentAs("5", "6")), received(5)],
      proof: { accepted: 1, lost: ["amo:a"] },
    },
    {
      what: "delivered when Telegram took it and its topic was deleted later",
      records: [answer("a"), row("amo:a", sentAs("5"))],
      hops: [call("amo:a", "sendMessage", 200)],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "lost when Telegram took something else of it",
      records: [answer("a"), row("amo:a", sentAs("5"))],
      hops: [call("amo:a", "sendChatAction", 200), call("amo:a", "sendMessage", 0)],
      proof: { accepted: 1, lost: ["amo:a"] },
    },
    {
      what: "delivered when a command to the bridge was carried out",
      records: [answer("a", delivered), row("amo:a", { steps: [{ step: "close-talk" }] })],
      proof: { accepted: 1, delivered: 1 },
    },
    {
      what: "lost when the ledger says sent, and neither phone nor operator knows of it",
      records: [answer("a"), row("amo:a", { steps: [] })],
      proof: { accepted: 1, lost: ["amo:a"] },
    },
    {
      what: "parked when the operator was told why",
      records: [answer("a", { deliveryStatus: [{ status: -1, errorCode: 901, error: "why" }] })],
      proof: { accepted: 1, parked: 1 },
    },
    {
      what: "waiting in the spool while the queue is empty",
      records: [answer("a"), queue("to-telegram", 0)],
      hops: [fact("amo:a", "HookSpooled")],
      proof: { accepted: 1, waiting: 1 },
    },
    {
      what: "lost when it is nowhere after its hook was answered",
      records: [answer("a"), queue("to-telegram", 0)],
      proof: { accepted: 1, lost: ["amo:a"] },
    },
    {
      what: "not what the bridge itself wrote into the chat",
      records: [answer("a", { msgid: "tg-1000000001-42-9", direction: "bot" })],
      proof: {},
    },
  ])("$what", (given) => {
    expect(prove(given)["to-telegram"]).toEqual({ ...nothing, ...given.proof });
  });
});

describe("the order of a chat", () => {
  const inOrder = [answer("a"), answer("b"), row("amo:a", sentAs("5")), row("amo:b", sentAs("6"))];
  const swapped = [answer("a"), answer("b"), row("amo:a", sentAs("6")), row("amo:b", sentAs("5"))];
  const late = (id: string) => [fact(id, "DeliverySent", { late: "redriven" })];
  test.each<Case & { readonly side: "to-amocrm" | "to-telegram"; readonly found: string[] }>([
    {
      what: "customer's messages as written",
      side: "to-amocrm",
      records: [written(1), written(2), shown(1), shown("1.2"), shown(2), shown("1-edit-3")],
      found: [],
      proof: {},
    },
    {
      what: "a customer's message after the bot's greeting, which came later in Telegram",
      side: "to-amocrm",
      records: [
        written(1),
        written(2),
        received(3),
        shown(1),
        answer("greeting", { msgid: "tg-1000000001-42-3", direction: "bot" }),
        shown(2),
      ],
      found: [],
      proof: {},
    },
    {
      what: "a customer's message after a later one",
      side: "to-amocrm",
      records: [written(1), written(2), shown(2), shown(1)],
      found: ["tg-1000000001-42-1"],
      proof: {},
    },
    {
      what: "the same, which the bridge marks as late",
      side: "to-amocrm",
      records: [written(1), written(2), shown(2), shown(1)],
      hops: late("tg:1:1"),
      found: [],
      proof: {},
    },
    { what: "answers as written", side: "to-telegram", records: inOrder, found: [], proof: {} },
    {
      what: "an answer after a later one",
      side: "to-telegram",
      records: swapped,
      found: ["b"],
      proof: {},
    },
    {
      what: "the same, which the bridge marks as late",
      side: "to-telegram",
      records: swapped,
      hops: late("amo:a"),
      found: [],
      proof: {},
    },
    {
      what: "answers in two chats",
      side: "to-telegram",
      records: [
        ...inOrder,
        answer("c", { conversationId: "tg-1000000001-43" }),
        row("amo:c", sentAs("1")),
      ],
      found: [],
      proof: {},
    },
  ])("$what: $found out of order", ({ side, found, ...given }) => {
    expect(prove({ ...given })[side].outOfOrder).toEqual(found);
  });
});
