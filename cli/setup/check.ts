import { randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import { amocrmOwnWebhook } from "../../lambdas/amocrm/webhook/own-webhook.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { TransientFailure } from "../../lambdas/model/failure.ts";
import { fixedSecret } from "../../lambdas/model/runtime.ts";
import { TelegramOwnWebhook } from "../../lambdas/telegram/webhook/own-webhook.ts";
import { countMessages } from "../aws/read-queues.ts";
import { CommandFailure } from "../command.ts";
import { readCertificate } from "../doctor/address.ts";
import { textOf } from "../secrets.ts";
import type { SecretStore } from "../secrets.ts";
import { addressOf, commandOn } from "../stage/stage.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/** A function that refuses reads its secret again, at most once in half a minute. */
const refusalMillis = 40_000;
const betweenTriesMillis = 2000;
const takingMillis = 60_000;
const betweenCountsMillis = 500;
const answerMillis = 10_000;

/**
 * Sends a test message to both webhooks, as Telegram and amoCRM would. It reports each
 * hop: the name, TLS, the answer, the sender. The sender drops the message.
 */
export async function testWebhooks(setup: Setup, baseUrl: string): Promise<void> {
  sayStep(setup, "check", "a test message goes to both webhooks");
  await sayAddress(setup, new URL(baseUrl));
  for (const tested of await openOwnWebhooks(baseUrl, setup.secrets)) {
    const before = await countMessages(setup.stage, tested.direction);
    await sayAnswer(setup, tested);
    await sayTaking(setup, tested.direction, before);
  }
}

async function sayAddress(setup: Setup, { hostname, port, protocol }: URL): Promise<void> {
  if (protocol !== "https:") {
    sayHop(setup, "name", `${hostname}: this machine, without TLS`);
    return;
  }
  const found = await lookup(hostname, { family: 4 }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      `the name ${hostname} is not known (${error.code ?? "error"}): check its DNS record`,
    );
  });
  sayHop(setup, "name", `${hostname} has the address ${found.address}`);
  const {
    fault,
    protocol: version,
    endsAtMillis,
  } = await readCertificate(hostname, Number(port || 443));
  if (fault !== undefined) {
    throw new CommandFailure(`the certificate of ${hostname} is not valid: ${fault}`);
  }
  sayHop(setup, "TLS", `${version}, the certificate is valid until ${dayOf(endsAtMillis)}`);
}

async function sayAnswer(setup: Setup, { url, webhook }: TestedWebhook): Promise<void> {
  const { now, pause, waitingFor } = setup;
  const untilMillis = now() + refusalMillis;
  for (;;) {
    const sentAtMillis = now();
    const check = { kind: "setup", sentAtMillis, nonce: randomUUID() } as const;
    const status = await webhook.send(check).catch((error: unknown) => {
      if (!(error instanceof TransientFailure)) throw error;
      throw new CommandFailure(`${url} gave ${error.message}`);
    });
    if (status === 200) {
      sayHop(setup, "answer", `${url}: 200 in ${now() - sentAtMillis} ms`);
      return;
    }
    const mayPass = status === 401 || status === 404;
    if (!mayPass || now() > untilMillis) {
      const doctor = commandOn(setup.stage, "doctor");
      throw new CommandFailure(`${url} answered ${status}, not 200: find the cause with ${doctor}`);
    }
    waitingFor(`${url} answered ${status}: it may need to read its secret again`);
    await pause(betweenTriesMillis);
  }
}

/** SQS counts approximately, so the queue must be empty twice in a row. */
async function sayTaking(setup: Setup, direction: Direction, before: number): Promise<void> {
  const { stage, now, pause, waitingFor } = setup;
  const untilMillis = now() + takingMillis;
  let emptyCounts = 0;
  for (;;) {
    const waiting = await countMessages(setup.stage, direction);
    emptyCounts = waiting === 0 ? emptyCounts + 1 : 0;
    if (emptyCounts === 2) {
      sayHop(setup, "sender", `received it: the queue ${direction} is empty`);
      return;
    }
    if (now() > untilMillis && before > 0) {
      const others = `${waiting} events wait in the queue ${direction}, and events waited there before the message`;
      sayHop(setup, "sender", `unknown: ${others}`);
      return;
    }
    if (now() > untilMillis) {
      throw new CommandFailure(
        `the message was accepted, but ${waiting} events still wait in the queue ${direction}: find the cause with ${commandOn(stage, "doctor")}`,
      );
    }
    waitingFor(`the sender, ${waiting} in the queue ${direction}`);
    await pause(betweenCountsMillis);
  }
}

function sayHop({ say }: Setup, hop: string, outcome: string): void {
  say(`  ${hop.padEnd(9)}${outcome}`);
}

function dayOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10);
}

type TestedWebhook = Awaited<ReturnType<typeof openOwnWebhooks>>[number];

/** Both webhooks at their public address, for calls like those of their vendors. */
async function openOwnWebhooks(baseUrl: string, secrets: SecretStore) {
  const current = textOf(await secrets.read("telegram-webhook"), "current");
  const channel = await secrets.read("amocrm-channel");
  const scopeId = textOf(channel, "scopeId");
  const url = addressOf(baseUrl, "/telegram");
  return [
    {
      url,
      direction: "to-amocrm" as const,
      webhook: new TelegramOwnWebhook({
        url,
        secret: fixedSecret({ current }),
        timeoutMillis: answerMillis,
      }),
    },
    {
      url: addressOf(baseUrl, `/amocrm/${encodeURIComponent(scopeId)}`),
      direction: "to-telegram" as const,
      webhook: amocrmOwnWebhook({
        baseUrl: addressOf(baseUrl, ""),
        channel: fixedSecret({ scopeId, current: textOf(channel, "current") }),
        timeoutMillis: answerMillis,
      }),
    },
  ];
}
