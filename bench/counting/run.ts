import { pathToFileURL } from "node:url";
import { noteEveryMillis } from "../../lambdas/delivery/activity.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { FunctionName } from "../world/assembly.ts";
import { startAws } from "../world/aws.ts";
import * as names from "../world/names.ts";
import { startVendors } from "../world/vendors.ts";
import type { Scenario } from "./counts.ts";
import { tallyOf, total } from "./tally.ts";
import type { Counted, Trace } from "./tally.ts";

type Handler = (event: object, context: object) => Promise<unknown>;

// The run's minutes take no time. It starts in the middle of an hour, so hourly work is counted
// neither at its best nor at its worst.
let nowMillis = Date.parse("2027-03-02T09:30:00Z");
Date.now = () => nowMillis;

const scenario = JSON.parse(process.argv[2] ?? "") as Scenario;
const { direction, chats, sandboxes, writing, messagesEach, atOnce, everyMillis } = scenario;
const { functions, tables } = await shippedAssembly();
const sent: { queue: string; body: string; group: string }[] = [];
const histories = new Map<string, object[]>();
const vendors = await startVendors({
  history: (chatId) => histories.get(chatId) ?? [],
  refusesFirstStatus: scenario.postponesStatus,
  hasPhotos: scenario.hasPhotos,
});
const aws = await startAws({
  tables,
  onRequest: (request) => trace().requests.push(request),
  onSent: (message) => sent.push(message),
});
const { conversations, deliveries } = aws.tables;
Object.assign(process.env, names.variablesOf(functions, { aws: aws.url, vendors: vendors.url }));

const nothing = (): Trace => ({ requests: [], calls: [], lines: [] });
const caretaker = nothing();
let way = nothing();
let invocations: Record<string, number> = {};
let running: FunctionName = "Caretaker";
const trace = () => (running === "Caretaker" ? caretaker : way);
for (const level of ["info", "warn", "error"] as const) {
  console[level] = (message: unknown) => {
    if (level === "info" && functions[running].logLevel === "WARN") return;
    const [timestamp, requestId] = [" ".repeat(24), " ".repeat(36)];
    trace().lines.push(JSON.stringify({ timestamp, level: "INFO", requestId, message }));
  };
}
// To a line in CloudWatch's embedded metric format, Lambda adds only the missing time and level.
const timeAndLevel = " ".repeat(58);
process.stdout.write = (line: unknown) =>
  trace().lines.push(`${String(line).trimEnd()}${timeAndLevel}`) > 0;

/** Runs a function in the next sandbox. Each sandbox loads the bundle again, as on Lambda. */
async function invoke(name: FunctionName, event: object): Promise<unknown> {
  const before = invocations[name] ?? 0;
  invocations[name] = before + 1;
  running = name;
  // In each round, another sandbox serves a chat.
  const step = before + Math.floor(before / atOnce);
  const turn = name === "Caretaker" ? 0 : step % sandboxes;
  const bundle = `${pathToFileURL(functions[name].bundle).href}?${turn}`;
  const { handler } = (await import(bundle)) as { handler: Handler };
  const awsRequestId = `${name}-${before + 1}`;
  const answer = await handler(event, { awsRequestId, getRemainingTimeInMillis: () => 60_000 });
  trace().calls.push(...vendors.calls.splice(0));
  return answer;
}

let number = 0;
/** Sends a message to the webhook and empties the queue. An undelivered message is an error of the bench. */
async function carry(chat: number): Promise<void> {
  number += 1;
  const webhook = direction === "to-amocrm" ? "TelegramWebhook" : "AmocrmWebhook";
  const event = names.webhookEvent(direction, chat, number);
  const { statusCode } = (await invoke(webhook, event)) as { statusCode: number };
  if (statusCode !== 200) throw new Error(`The webhook answered ${statusCode}.`);
  if (direction === "to-telegram") {
    // The caretaker reads the chat's history.
    const message = { id: names.amocrmMessageIdOf(number), type: "text", text: "" };
    const entry = { timestamp: Math.floor(nowMillis / 1000), msec_timestamp: nowMillis, message };
    const chatId = names.amojoChatIdOf(chat);
    histories.set(chatId, [entry, ...(histories.get(chatId) ?? [])]);
  }
  for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
    const receiptHandle = `${message.queue}-${message.body.length}`;
    const received = { ...message, receiptHandle, receiveCount: 1, sentAtMillis: nowMillis };
    const queued = names.queueEvent(message.queue, received);
    const answer = (await invoke("DeliverySender", queued)) as { batchItemFailures: unknown[] };
    if (answer.batchItemFailures.length > 0) {
      throw new Error(`A message was not delivered: ${trace().lines.at(-1)}`);
    }
  }
}

/** Lets time pass, with the caretaker's runs as the schedule would start them. */
async function pass(millis: number): Promise<void> {
  for (let left = millis; left > 0; left -= 60_000) {
    const minute = Math.floor(nowMillis / 60_000);
    nowMillis += Math.min(left, 60_000);
    if (scenario.withCaretaker !== true || minute === Math.floor(nowMillis / 60_000)) continue;
    await invoke("Caretaker", { time: new Date(nowMillis).toISOString() });
  }
}

const dayMillis = 86_400_000;
const daysAgo = (days: number) => ({ N: String(nowMillis - days * dayMillis) });
const strangers = scenario.customers === undefined ? 0 : chats;
for (let chat = strangers + 1; chat <= chats; chat += 1) {
  // The bridge checks for a picture once a week: in one of seven chats that write every day, in no chat
  // within some minutes of a busy one, and in every chat when the check itself is counted.
  const daysSinceLook = scenario.isAllDay === true ? 0.5 : (chat % 7) + 1;
  // Each talk begins a moment before its first message here.
  const round = Math.floor((chat - 1) / atOnce);
  const talkSinceMillis = nowMillis + round * atOnce * messagesEach * everyMillis;
  conversations.seed({
    ...names.linkedConversation(chat, talkSinceMillis),
    amojoUserId: { S: "1376265f-86df-4c49-a0c3-a4816df41af8" },
    createdAtMillis: daysAgo(1),
    language: { S: "ru" },
    ...(scenario.hasPhotos === undefined && { avatarLookedAtMillis: daysAgo(daysSinceLook) }),
  });
}
for (let item = 0; item < (scenario.ledgerItems ?? 0); item += 1) {
  deliveries.seed({ id: { S: `amo:${names.scopeId}:old-${item}` }, state: { S: "sent" } });
}
if (scenario.isAllDay === true) {
  // Each sandbox has noted each chat within the last minutes.
  for (let each = 0; each < sandboxes * chats; each += 1) {
    await carry((each % chats) + 1);
    await pass(noteEveryMillis / (sandboxes * chats));
  }
  way = nothing();
  invocations = {};
}
if (scenario.customers !== undefined) {
  for (let chat = 1; scenario.customers !== "new" && chat <= writing; chat += 1) await carry(chat);
  await pass(scenario.customers === "after a day" ? dayMillis : 60_000);
  // One more customer, so that the secrets are read before the count.
  await carry(writing + 1);
  way = nothing();
  invocations = {};
}
const earlier = new Set(deliveries.items.keys());
const firstNumber = number;
for (let first = 0; first < writing; first += atOnce) {
  const together = Math.min(atOnce, writing - first);
  for (let turn = 0; turn < messagesEach * together; turn += 1) {
    await carry(first + (turn % together) + 1);
    await pass(everyMillis);
  }
}
if (scenario.withCaretaker === true) await pass(25 * 3_600_000);

const stored = [...deliveries.items.keys()]
  .filter((id) => !earlier.has(id) && !id.startsWith("pause:"))
  .map((id) => deliveries.bytesStored(id));
process.send?.({
  messages: number - firstNumber,
  way: tallyOf(way),
  caretaker: { ...tallyOf(caretaker), runs: invocations["Caretaker"] ?? 0 },
  invocations,
  ledgerBytes: {
    table: total(stored, ({ table }) => table),
    indexes: total(stored, ({ indexes }) => indexes),
  },
} satisfies Counted);
