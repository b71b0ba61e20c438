import { pass } from "./clock.ts";
import { pathToFileURL } from "node:url";
import { noteEveryMillis } from "../../lambdas/delivery/activity.ts";
import { startMemoryAws } from "../aws/memory-aws.ts";
import type { Sent } from "../aws/memory-aws.ts";
import type { FunctionName } from "../world/assembly.ts";
import {
  amojoChatIdOf,
  amocrmMessageIdOf,
  hookEvent,
  queueEvent,
  updateEvent,
} from "../world/messages.ts";
import { secrets, tables, variablesFor } from "../world/names.ts";
import { startVendors } from "../world/vendors.ts";
import type { Counted, Scenario } from "./scenario.ts";
import { seed } from "./seed.ts";
import { Counter } from "./tally.ts";

/** The parent's input: the scenario, and the place of the shipped code. */
export type Orders = {
  readonly scenario: Scenario;
  /** The variables of all functions together, as the template sets them. */
  readonly variables: Parameters<typeof variablesFor>[0];
  readonly bundles: Readonly<Record<FunctionName, string>>;
  /** Functions whose log lines below WARN the template drops. */
  readonly onlyWarnings: readonly FunctionName[];
  readonly tables: Parameters<typeof startMemoryAws>[0]["tables"];
};

type Handler = (event: object, context: object) => Promise<unknown>;

const {
  scenario,
  variables,
  bundles,
  onlyWarnings,
  tables: layout,
} = JSON.parse(process.argv[2] ?? "") as Orders;
let counter = new Counter();
const sent: Sent[] = [];
let queueBytes = 0;
const histories = new Map<string, object[]>();
const vendors = await startVendors({
  latencyMillis: 0,
  history: (chatId) => histories.get(chatId) ?? [],
  refusesFirstStatus: scenario.postponesStatus === true,
  hasPhotos: scenario.hasPhotos === true,
});
const aws = await startMemoryAws({
  tables: layout,
  secrets,
  onRequest: (request) => counter.onRequest(request),
  onSent: (message) => {
    sent.push(message);
    queueBytes = Math.max(queueBytes, Buffer.byteLength(message.body));
  },
});
Object.assign(process.env, variablesFor(variables, { aws: aws.url, vendors: vendors.url }));

let invocations: Record<string, number> = {};
let running: FunctionName = "Caretaker";
for (const level of ["info", "warn", "error"] as const) {
  console[level] = (line: unknown) => {
    if (level === "info" && onlyWarnings.includes(running)) return;
    counter.onLine(running, line);
  };
}
process.stdout.write = (line: unknown) => {
  counter.onMetricLine(running, String(line));
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
  const key = `${pathToFileURL(bundles[name]).href}?${turn}`;
  const known = sandboxes.get(key);
  const handler = known ?? ((await import(key)) as { handler: Handler }).handler;
  sandboxes.set(key, handler);
  running = name;
  const context = {
    awsRequestId: `${name}-${invocations[name]}`,
    getRemainingTimeInMillis: () => 60_000,
  };
  return handler(event, context);
}

/** Empties the queues into the sender. An undelivered message is an error of the bench. */
async function deliverAll(): Promise<void> {
  for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
    const { queue, body, group } = message;
    const event = {
      body,
      group,
      id: `${queue}-${body.length}`,
      sentAtMillis: Date.now(),
      receives: 1,
    };
    const result = (await invoke("DeliverySender", queueEvent(queue, event))) as {
      batchItemFailures: unknown[];
    };
    if (result.batchItemFailures.length > 0) throw new Error("A message was not delivered.");
  }
}

async function carry(chat: number, number: number): Promise<void> {
  const isCustomer = scenario.direction === "to-amocrm";
  const name = isCustomer ? "TelegramWebhook" : "AmocrmWebhook";
  const event = (isCustomer ? updateEvent : hookEvent)(chat, number, Date.now());
  const answer = (await invoke(name, event)) as { statusCode: number };
  if (answer.statusCode !== 200) throw new Error(`The webhook answered ${answer.statusCode}.`);
  if (!isCustomer) remember(chat, number);
  await deliverAll();
}

/** Adds an operator's message to the chat's history, which the caretaker reads. */
function remember(chat: number, number: number): void {
  const message = { id: amocrmMessageIdOf(number), type: "text", text: "" };
  const known = histories.get(amojoChatIdOf(chat)) ?? [];
  const entry = { timestamp: Math.floor(Date.now() / 1000), msec_timestamp: Date.now(), message };
  histories.set(amojoChatIdOf(chat), [entry, ...known]);
}

/** The caretaker's runs between two moments, as the schedule would start them. */
let caretakerRuns = 0;
const caretakerCounter = new Counter();
async function careFor(millis: number): Promise<void> {
  if (scenario.withCaretaker !== true) return pass(millis);
  const wayCounter = counter;
  const callsBefore = vendors.calls.length;
  counter = caretakerCounter;
  for (let left = millis; left > 0; left -= 60_000) {
    const before = Date.now();
    pass(Math.min(left, 60_000));
    if (Math.floor(before / 60_000) === Math.floor(Date.now() / 60_000)) continue;
    caretakerRuns += 1;
    await invoke("Caretaker", { time: new Date(Date.now()).toISOString() });
  }
  caretakerCounter.onCalls(vendors.calls.splice(callsBefore));
  counter = wayCounter;
}

let number = 0;
/** For chats in use all day: each sandbox has noted each chat within the last minutes. */
async function haveBeenWriting({ chats, sandboxes: count }: Scenario): Promise<void> {
  for (let each = 0; each < count * chats; each += 1) {
    number += 1;
    await carry((each % chats) + 1, number);
    pass(noteEveryMillis / (count * chats));
  }
  counter = new Counter();
  invocations = {};
  vendors.calls.length = 0;
}

seed(scenario, aws.tables);
if (scenario.isAllDay === true) await haveBeenWriting(scenario);
const earlier = new Set(aws.tables[tables.deliveries]?.items.keys());
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
counter.onCalls(vendors.calls);
const way = counter.tally();
vendors.calls.length = 0;
if (scenario.withCaretaker === true) await careFor(25 * 3_600_000);

const deliveries = aws.tables[tables.deliveries];
const ownItems = [...(deliveries?.items.keys() ?? [])].filter(
  (id) => !earlier.has(id) && !id.startsWith("pause:"),
);
const storedEach = (of: "table" | "indexes") => {
  const bytes = ownItems.reduce((sum, id) => sum + (deliveries?.bytesStored(id)[of] ?? 0), 0);
  return bytes / Math.max(1, number - firstNumber);
};
const counted: Counted = {
  messages: number - firstNumber,
  way,
  caretaker: { ...caretakerCounter.tally(), runs: caretakerRuns },
  invocations,
  queueBytes,
  ledgerBytes: { table: storedEach("table"), indexes: storedEach("indexes") },
};
process.send?.(counted);
await Promise.all([aws.close(), vendors.close()]);
process.exit(0);
