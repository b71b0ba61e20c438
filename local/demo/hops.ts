import type { Run } from "../run.ts";
import { amocrmHopLine, telegramHopLine } from "../hop-lines.ts";
import type { FactLog } from "../facts.ts";
import { ledgerState } from "./ledger-state.ts";

/** A run with simulators, the log of its functions, and the output of the demo. */
export type Telling = {
  readonly run: Run;
  readonly log: FactLog;
  readonly say: (line?: string) => void;
};

/** The simulated vendors of a run. */
export function simulators({ telegram, amocrm }: Run) {
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  return { telegram, amocrm };
}

/** A customer does something. Reports every hop until the ledger records the event's end. */
export async function fromCustomer(
  telling: Telling,
  doing: string,
  act: () => Promise<{ readonly updateId: number }>,
): Promise<void> {
  const { run, log, say } = telling;
  const from = log.length;
  const calls = callsFrom(run);
  say(`  Telegram          Anna ${doing}`);
  const { updateId } = await act();
  say(`  POST /telegram    update ${updateId}, secret token is correct`);
  const accepted = await log.next("UpdateAccepted", from);
  say(`  telegram-webhook  queued in to-amocrm as ${accepted.eventId}, answers 200`);
  await log.next("DeliverySent", from, accepted.eventId);
  for (const call of calls()) say(call);
  say(`  ledger            ${accepted.eventId}: ${await state(run, accepted.eventId)}`);
}

/** An operator writes. Reports every hop, and answers the delivery state that the operator sees. */
export async function fromOperator(
  telling: Telling,
  conversationId: string,
  text: string,
): Promise<string> {
  const { run, log, say } = telling;
  const from = log.length;
  const calls = callsFrom(run);
  say(`  amoCRM            the operator writes: ${text}`);
  const hook = await simulators(run).amocrm.operatorSays(conversationId, text);
  say(`  POST /amocrm      hook of message ${hook.messageId}, signature is correct`);
  const accepted = await log.next("HookAccepted", from);
  const shortId = `${accepted.eventId?.slice(0, 12) ?? ""}…`;
  say(`  amocrm-webhook    queued in to-telegram as ${shortId}, answers ${hook.status}`);
  await log.next("DeliverySent", from, accepted.eventId);
  const delivered = await delivery(run, hook.messageId);
  for (const call of calls()) say(call);
  say(`  ledger            ${shortId}: ${await state(run, accepted.eventId)}`);
  return delivered;
}

/** The calls of both vendors' APIs since then, in order, with their callers. */
function callsFrom(run: Run): () => readonly string[] {
  const { telegram, amocrm } = simulators(run);
  const before = { telegram: telegram.calls().length, amocrm: amocrm.calls().length };
  return () => {
    const ofTelegram = telegram.calls().slice(before.telegram);
    const ofAmocrm = amocrm.calls().slice(before.amocrm);
    return [
      ...ofTelegram.map((call) => ({ ...call, line: telegramHopLine(call) })),
      ...ofAmocrm.map((call) => ({ ...call, line: amocrmHopLine(call) })),
    ]
      .toSorted((one, other) => one.atMillis - other.atMillis)
      .map(({ line }) => line);
  };
}

/** The sender reports the status right after Telegram's success answer. */
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
  throw new Error("the operator got no delivery state for the answer");
}

async function state(run: Run, eventId = ""): Promise<string> {
  return ledgerState(run.host.awsEndpoint, run.host.outputs["DeliveriesTable"] ?? "", eventId);
}
