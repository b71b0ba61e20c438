import { pathToFileURL } from "node:url";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { noteEveryMillis } from "../../lambdas/delivery/activity.ts";
import { sqsEvent } from "../../test/simulation/aws/event-source.ts";
import { total } from "../figure.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { FunctionName } from "../world/assembly.ts";
import * as names from "../world/names.ts";
import { startServices } from "../world/services.ts";
import { tallyOf } from "./counts.ts";
import type { Counted, Scenario, Trace } from "./counts.ts";

type Handler = (event: object, context: object) => Promise<unknown>;

// The run's minutes take no time. It starts in the middle of an hour, so hourly work is counted
// neither at its best nor at its worst.
let nowMillis = Date.parse("2027-03-02T09:30:00Z");
Date.now = () => nowMillis;

// The bench has ended.
process.once("disconnect", () => process.exit());
const scenario = JSON.parse(process.argv[2] ?? "") as Scenario;
const { direction, customers, sandboxes, writing, messagesEach, atOnce, everyMillis } = scenario;
const { chats = writing, isAllDay = false, withCaretaker = false } = scenario;
const { functions, tables } = await shippedAssembly();
const services = await startServices({ ...scenario, tables });
const { CONVERSATIONS_TABLE: conversations, DELIVERIES_TABLE: deliveries } = services.tables;
Object.assign(process.env, names.variablesOf(functions, services.url));

const nothing = (): Trace => ({ calls: [], lines: [] });
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
  const turn = name === "Caretaker" ? 0 : (before + Math.floor(before / atOnce)) % sandboxes;
  const bundle = `${pathToFileURL(functions[name].bundle).href}?${turn}`;
  const { handler } = (await import(bundle)) as { handler: Handler };
  const awsRequestId = `${name}-${before + 1}`;
  const answer = await handler(event, { awsRequestId, getRemainingTimeInMillis: () => 60_000 });
  trace().calls.push(...services.calls.splice(0));
  return answer;
}

let number = 0;
/** Sends a message to the webhook and empties the queues. An undelivered message is an error of the bench. */
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
    services.histories.set(chatId, [entry, ...(services.histories.get(chatId) ?? [])]);
  }
  // A delivery may put another event into either queue.
  while (Object.values(services.queues).some(({ size }) => size > 0)) {
    for (const way of names.directions) await deliver(way);
  }
}

async function deliver(way: Direction): Promise<void> {
  const queue = services.queues[way];
  const message = queue.receive();
  if (message === undefined) return;
  const answer = await invoke("DeliverySender", sqsEvent(message, way));
  if ((answer as { batchItemFailures: unknown[] }).batchItemFailures.length > 0) {
    throw new Error(`A message was not delivered: ${trace().lines.at(-1)}`);
  }
  queue.remove(message.receiptHandle);
}

/** Lets time pass, with the caretaker's runs as the schedule would start them. */
async function pass(millis: number): Promise<void> {
  for (let left = millis; left > 0; left -= 60_000) {
    const minute = Math.floor(nowMillis / 60_000);
    nowMillis += Math.min(left, 60_000);
    if (!withCaretaker || minute === Math.floor(nowMillis / 60_000)) continue;
    await invoke("Caretaker", { time: new Date(nowMillis).toISOString() });
  }
}

const dayMillis = 86_400_000;
for (let chat = 1; customers === undefined && chat <= chats; chat += 1) {
  // The bridge checks for a picture once a week: in one of seven chats that write every day, in no chat
  // within some minutes of a busy one, and in every chat when the check itself is counted.
  const daysSinceLook = isAllDay ? 0.5 : (chat % 7) + 1;
  const avatarLookedAtMillis = nowMillis - daysSinceLook * dayMillis;
  // Each talk begins a moment before its first message here.
  const round = Math.floor((chat - 1) / atOnce);
  const talkSinceMillis = nowMillis + round * atOnce * messagesEach * everyMillis;
  conversations.seed({
    ...names.linkedConversation(chat, talkSinceMillis),
    amojoUserId: "1376265f-86df-4c49-a0c3-a4816df41af8",
    createdAtMillis: nowMillis - dayMillis,
    language: "ru",
    ...(scenario.hasPhotos === undefined && { avatarLookedAtMillis }),
  });
}
for (let item = 0; item < (scenario.ledgerItems ?? 0); item += 1) {
  deliveries.seed({ id: `amo:${names.scopeId}:old-${item}`, state: "sent" });
}
if (isAllDay) {
  // Each sandbox has noted each chat within the last minutes.
  for (let each = 0; each < sandboxes * chats; each += 1) {
    await carry((each % chats) + 1);
    await pass(noteEveryMillis / (sandboxes * chats));
  }
}
if (customers !== undefined) {
  for (let chat = 1; customers !== "new" && chat <= writing; chat += 1) await carry(chat);
  await pass(customers === "after a day" ? dayMillis : 60_000);
  // One more customer, so that the secrets are read before the count.
  await carry(writing + 1);
}
way = nothing();
invocations = {};
const earlier = new Set(deliveries.items.keys());
const firstNumber = number;
for (let first = 0; first < writing; first += atOnce) {
  const together = Math.min(atOnce, writing - first);
  for (let turn = 0; turn < messagesEach * together; turn += 1) {
    await carry(first + (turn % together) + 1);
    await pass(everyMillis);
  }
}
if (withCaretaker) await pass(25 * 3_600_000);

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
