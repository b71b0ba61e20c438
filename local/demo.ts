import { FactLog } from "./demo/facts.ts";
import { ledgerState } from "./demo/ledger-state.ts";
import { startRun } from "./run.ts";
import type { Run } from "./run.ts";
import { readSettings } from "./settings.ts";

const customer = { id: 42, first_name: "Anna", last_name: "Petrova", language_code: "en" };
const question = "Hello! When will my order arrive? 📦";
const reply = "Good morning, Anna! It arrives today, before six.";

/** `npm run demo`: one conversation through the whole stack, hop by hop; 0 when both arrived. */
export async function main(): Promise<number> {
  const startedAt = Date.now();
  const say = (line = "") => process.stdout.write(`${line}\n`);
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  const log = new FactLog();
  let run: Run | undefined;
  try {
    const settings = readSettings({ PORT: "0" });
    say("Synthesizing the stack and starting it on this machine …");
    run = await startRun(settings, { log: log.add });
    say(`The bridge is up after ${seconds()}: ${run.host.url}`);
    await customerAsks(run, log, say);
    await operatorAnswers(run, log, say);
    say();
    say(`Both messages arrived. ${seconds()} in all; everything is stopped now.`);
    return 0;
  } catch (error) {
    process.stderr.write(`The demo failed: ${error instanceof Error ? error.message : "?"}\n`);
    return 1;
  } finally {
    await run?.close();
  }
}

type Say = (line?: string) => void;

async function customerAsks(run: Run, log: FactLog, say: Say): Promise<void> {
  const { telegram, amocrm } = simulators(run);
  const from = log.length;
  const callsBefore = amocrm.calls().length;
  say();
  say("Customer → operator");
  say(`  Telegram          Anna writes: ${question}`);
  const { updateId } = await telegram.customerSays(customer, question);
  say(`  POST /telegram    update ${updateId}, secret token fits`);
  const accepted = await log.next("UpdateAccepted", from);
  say(`  telegram-webhook  queued in to-amocrm as ${accepted.eventId}, answers 200`);
  await log.next("DeliverySent", from);
  for (const call of amocrm.calls().slice(callsBefore)) say(`  delivery-sender   ${calling(call)}`);
  say(`  ledger            ${accepted.eventId}: ${await state(run, accepted.eventId)}`);
  const shown = amocrm.messages().find((message) => message.text === question);
  if (shown === undefined) throw new Error("the question did not reach amoCRM");
  const contact = amocrm.contacts()[0];
  say(`  amoCRM            contact "${contact?.name ?? "?"}", ${shown.sender.name}: ${shown.text}`);
}

async function operatorAnswers(run: Run, log: FactLog, say: Say): Promise<void> {
  const { telegram, amocrm } = simulators(run);
  const from = log.length;
  const callsBefore = { amocrm: amocrm.calls().length, telegram: telegram.calls().length };
  const conversationId = amocrm.messages()[0]?.conversationId ?? "";
  say();
  say("Operator → customer");
  say(`  amoCRM            the operator writes: ${reply}`);
  const hook = await amocrm.operatorSays(conversationId, reply);
  say(`  POST /amocrm      hook of message ${hook.messageId}, signature fits`);
  const accepted = await log.next("HookAccepted", from);
  const shortId = `${accepted.eventId?.slice(0, 12) ?? ""}…`;
  say(`  amocrm-webhook    queued in to-telegram as ${shortId}, answers ${hook.status}`);
  await log.next("DeliverySent", from);
  for (const { method, status } of telegram.calls().slice(callsBefore.telegram)) {
    say(`  delivery-sender   Telegram ${method} ${status}`);
  }
  const delivered = await delivery(run, hook.messageId);
  for (const call of amocrm.calls().slice(callsBefore.amocrm)) {
    say(`  delivery-sender   ${calling(call)}`);
  }
  say(`  ledger            ${shortId}: ${await state(run, accepted.eventId)}`);
  const received = telegram.messages().find((message) => message.text === reply);
  if (received === undefined) throw new Error("the answer did not reach Telegram");
  say(`  Telegram          Anna reads: ${received.text}`);
  say(`  amoCRM            the operator sees: ${delivered}`);
}

/** The status is reported right after Telegram's yes. */
async function delivery(run: Run, messageId: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const message = simulators(run)
      .amocrm.messages()
      .find(({ id }) => id === messageId);
    const status = message?.deliveryStatus.at(-1)?.status;
    if (status === 1) return "delivered";
    if (status !== undefined) return `status ${status}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the operator was not told how the answer fared");
}

function calling({ method, path, status }: { method: string; path: string; status: number }) {
  const place = path.replace(/^\/v2\/origin\/custom\/[^/]+/, "");
  return `amoCRM ${method} ${place === "" ? "new_message" : place} ${status}`;
}

async function state(run: Run, eventId = ""): Promise<string> {
  return ledgerState(run.host.awsEndpoint, run.host.outputs["DeliveriesTable"] ?? "", eventId);
}

function simulators({ telegram, amocrm }: Run) {
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  return { telegram, amocrm };
}
