import { pass } from "./clock.ts";
import { pathToFileURL } from "node:url";
import { noteEveryMillis } from "../../lambdas/delivery/activity.ts";
import { shippedAssembly } from "../world/assembly.ts";
import type { FunctionName } from "../world/assembly.ts";
import { startAws } from "../world/aws.ts";
import type { Sent } from "../world/aws.ts";
import { amojoChatIdOf, amocrmMessageIdOf, queueEvent, webhookEvent } from "../world/messages.ts";
import { secrets, tables, variablesOf } from "../world/names.ts";
import { startVendors } from "../world/vendors.ts";
import { seed } from "./seed.ts";
import { addCalls, addLine, addMetricLine, addRequest, emptyTally, finished } from "./tally.ts";
import type { Counted, Scenario } from "./tally.ts";

type Handler = (event: object, context: object) => Promise<unknown>;

const scenario = JSON.parse(process.argv[2] ?? "") as Scenario;
const { functions, tables: layout } = await shippedAssembly();
let tally = emptyTally();
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
  onRequest: (request) => addRequest(tally, request),
  onSent: (message) => void sent.push(message),
});
Object.assign(process.env, variablesOf(functions, { aws: aws.url, vendors: vendors.url }));

let invocations: Record<string, number> = {};
let running: FunctionName = "Caretaker";
for (const level of ["info", "warn", "error"] as const) {
  console[level] = (line: unknown) => {
    if (level !== "info" || functions[running].logLevel !== "WARN") addLine(tally, line);
  };
}
process.stdout.write = (line: unknown) => {
  addMetricLine(tally, String(line));
  return true;
};
const sandboxes = new Map<string, Handler>();

/** Runs a function in the next sandbox. Each sandbox loads the bundle again, as on Lambda. */
async function invoke(name: FunctionName, event: object): Promise<unknown> {
  const before = invocations[name] ?? 0;
  // In each round, another sandbox serves a chat.
  const step = before + Math.floor(before / scenario.atOnce);
  const turn = name === "Caretaker" ? 0 : step % scenario.sandboxes;
  invocations[name] = before + 1;
  const key = `${pathToFileURL(functions[name].bundle).href}?${turn}`;
  const handler = sandboxes.get(key) ?? ((await import(key)) as { handler: Handler }).handler;
  sandboxes.set(key, handler);
  running = name;
  const awsRequestId = `${name}-${before + 1}`;
  return handler(event, { awsRequestId, getRemainingTimeInMillis: () => 60_000 });
}

/** Sends a message to the webhook and empties the queues. An undelivered message is an error of the bench. */
async function carry(chat: number, number: number): Promise<void> {
  const isCustomer = scenario.direction === "to-amocrm";
  const name = isCustomer ? "TelegramWebhook" : "AmocrmWebhook";
  const event = webhookEvent(scenario.direction, { chat, number, nowMillis: Date.now() });
  const { statusCode } = (await invoke(name, event)) as { statusCode: number };
  if (statusCode !== 200) throw new Error(`The webhook answered ${statusCode}.`);
  if (!isCustomer) remember(chat, number);
  for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
    const id = `${message.queue}-${message.body.length}`;
    const queued = queueEvent({ ...message, id, sentAtMillis: Date.now(), receives: 1 });
    const answer = (await invoke("DeliverySender", queued)) as { batchItemFailures: unknown[] };
    if (answer.batchItemFailures.length > 0) throw new Error("A message was not delivered.");
  }
}

/** Adds an operator's message to the chat's history, which the caretaker reads. */
function remember(chat: number, number: number): void {
  const message = { id: amocrmMessageIdOf(number), type: "text", text: "" };
  const known = histories.get(amojoChatIdOf(chat)) ?? [];
  const entry = { timestamp: Math.floor(Date.now() / 1000), msec_timestamp: Date.now(), message };
  histories.set(amojoChatIdOf(chat), [entry, ...known]);
}

const caretaker = { ...emptyTally(), runs: 0 };
/** Lets time pass, with the caretaker's runs as the schedule would start them. */
async function careFor(millis: number): Promise<void> {
  if (scenario.withCaretaker !== true) return pass(millis);
  const way = tally;
  const callsBefore = vendors.calls.length;
  tally = caretaker;
  for (let left = millis; left > 0; left -= 60_000) {
    const before = Date.now();
    pass(Math.min(left, 60_000));
    if (Math.floor(before / 60_000) === Math.floor(Date.now() / 60_000)) continue;
    caretaker.runs += 1;
    await invoke("Caretaker", { time: new Date(Date.now()).toISOString() });
  }
  addCalls(caretaker, vendors.calls.splice(callsBefore));
  tally = way;
}

let number = 0;
/** For chats in use all day: each sandbox has noted each chat within the last minutes. */
async function haveBeenWriting({ chats, sandboxes: count }: Scenario): Promise<void> {
  for (let each = 0; each < count * chats; each += 1) {
    number += 1;
    await carry((each % chats) + 1, number);
    pass(noteEveryMillis / (count * chats));
  }
  tally = emptyTally();
  invocations = {};
  vendors.calls.length = 0;
}

seed(scenario, (table, item) => aws.tables[tables[table]]?.seed(item));
if (scenario.isAllDay === true) await haveBeenWriting(scenario);
const deliveries = aws.tables[tables.deliveries];
const earlier = new Set(deliveries?.items.keys());
const { writing, messagesEach, atOnce, everyMillis } = scenario;
const firstNumber = number;
for (let first = 0; first < writing; first += atOnce) {
  for (let round = 0; round < messagesEach; round += 1) {
    for (let turn = 0; turn < Math.min(atOnce, writing - first); turn += 1) {
      number += 1;
      await carry(first + turn + 1, number);
      await careFor(everyMillis);
    }
  }
}
addCalls(tally, vendors.calls);
vendors.calls.length = 0;
if (scenario.withCaretaker === true) await careFor(25 * 3_600_000);

const messages = number - firstNumber;
const ownItems = [...(deliveries?.items.keys() ?? [])].filter(
  (id) => !earlier.has(id) && !id.startsWith("pause:"),
);
const storedEach = (of: "table" | "indexes") => {
  const bytes = ownItems.reduce((sum, id) => sum + (deliveries?.bytesStored(id)[of] ?? 0), 0);
  return bytes / Math.max(1, messages);
};
const ledgerBytes = { table: storedEach("table"), indexes: storedEach("indexes") };
const counted: Counted = {
  messages,
  way: finished(tally),
  caretaker: { ...finished(caretaker), runs: caretaker.runs },
  invocations,
  ledgerBytes,
};
await Promise.all([aws.close(), vendors.close()]);
process.send?.(counted, () => process.exit(0));
