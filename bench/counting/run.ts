import { pathToFileURL } from "node:url";
import { noteEveryMillis } from "../../lambdas/delivery/activity.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { FunctionName } from "../world/assembly.ts";
import { startAws } from "../world/aws.ts";
import type { Sent } from "../world/aws.ts";
import { amojoChatIdOf, amocrmMessageIdOf, queueEvent, webhookEvent } from "../world/messages.ts";
import { secrets, tables, variablesOf } from "../world/names.ts";
import { startVendors } from "../world/vendors.ts";
import type { Scenario } from "./count.ts";
import { seed } from "./seed.ts";
import { tallyOf } from "./tally.ts";
import type { Counted, Trace } from "./tally.ts";

type Handler = (event: object, context: object) => Promise<unknown>;

// The run's minutes take no time. It starts in the middle of an hour, so hourly work is counted
// neither at its best nor at its worst.
let nowMillis = Date.parse("2027-03-02T09:30:00Z");
Date.now = () => nowMillis;

const scenario = JSON.parse(process.argv[2] ?? "") as Scenario;
const { direction, chats, writing, messagesEach, atOnce, everyMillis } = scenario;
const { functions, tables: layout } = await shippedAssembly();
const sent: Sent[] = [];
const histories = new Map<string, object[]>();
const vendors = await startVendors({
  history: (chatId) => histories.get(chatId) ?? [],
  refusesFirstStatus: scenario.postponesStatus === true,
  hasPhotos: scenario.hasPhotos === true,
});
const aws = await startAws({
  tables: layout,
  secrets,
  onRequest: (request) => trace().requests.push(request),
  onSent: (message) => sent.push(message),
});
Object.assign(process.env, variablesOf(functions, { aws: aws.url, vendors: vendors.url }));

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
const sandboxes = new Map<string, Handler>();

/** Runs a function in the next sandbox. Each sandbox loads the bundle again, as on Lambda. */
async function invoke(name: FunctionName, event: object): Promise<unknown> {
  const before = invocations[name] ?? 0;
  invocations[name] = before + 1;
  running = name;
  // In each round, another sandbox serves a chat.
  const step = before + Math.floor(before / atOnce);
  const turn = name === "Caretaker" ? 0 : step % scenario.sandboxes;
  const key = `${pathToFileURL(functions[name].bundle).href}?${turn}`;
  const handler = sandboxes.get(key) ?? ((await import(key)) as { handler: Handler }).handler;
  sandboxes.set(key, handler);
  const awsRequestId = `${name}-${before + 1}`;
  const answer = await handler(event, { awsRequestId, getRemainingTimeInMillis: () => 60_000 });
  trace().calls.push(...vendors.calls.splice(0));
  return answer;
}

let number = 0;
/** Sends a message to the webhook and empties the queues. An undelivered message is an error of the bench. */
async function carry(chat: number): Promise<void> {
  number += 1;
  const isCustomer = direction === "to-amocrm";
  const event = webhookEvent(direction, { chat, number, nowMillis });
  const answered = await invoke(isCustomer ? "TelegramWebhook" : "AmocrmWebhook", event);
  const { statusCode } = answered as { statusCode: number };
  if (statusCode !== 200) throw new Error(`The webhook answered ${statusCode}.`);
  if (!isCustomer) {
    // The caretaker reads the chat's history.
    const message = { id: amocrmMessageIdOf(number), type: "text", text: "" };
    const entry = { timestamp: Math.floor(nowMillis / 1000), msec_timestamp: nowMillis, message };
    const chatId = amojoChatIdOf(chat);
    histories.set(chatId, [entry, ...(histories.get(chatId) ?? [])]);
  }
  for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
    const id = `${message.queue}-${message.body.length}`;
    const queued = queueEvent({ ...message, id, sentAtMillis: nowMillis, receives: 1 });
    const answer = (await invoke("DeliverySender", queued)) as { batchItemFailures: unknown[] };
    if (answer.batchItemFailures.length > 0) throw new Error("A message was not delivered.");
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

seed(scenario, (table, item) => aws.tables[tables[table]]?.seed(item));
if (scenario.isAllDay === true) {
  // Each sandbox has noted each chat within the last minutes.
  for (let each = 0; each < scenario.sandboxes * chats; each += 1) {
    await carry((each % chats) + 1);
    await pass(noteEveryMillis / (scenario.sandboxes * chats));
  }
  way = nothing();
  invocations = {};
}
const deliveries = aws.tables[tables.deliveries];
const earlier = new Set(deliveries?.items.keys());
const firstNumber = number;
for (let first = 0; first < writing; first += atOnce) {
  for (let turn = 0; turn < messagesEach * Math.min(atOnce, writing - first); turn += 1) {
    await carry(first + (turn % Math.min(atOnce, writing - first)) + 1);
    await pass(everyMillis);
  }
}
if (scenario.withCaretaker === true) await pass(25 * 3_600_000);

const ledgerBytes = { table: 0, indexes: 0 };
for (const id of deliveries?.items.keys() ?? []) {
  if (earlier.has(id) || id.startsWith("pause:")) continue;
  const { table = 0, indexes = 0 } = deliveries?.bytesStored(id) ?? {};
  ledgerBytes.table += table;
  ledgerBytes.indexes += indexes;
}
process.send?.({
  messages: number - firstNumber,
  way: tallyOf(way),
  caretaker: { ...tallyOf(caretaker), runs: invocations["Caretaker"] ?? 0 },
  invocations,
  ledgerBytes,
} satisfies Counted);
