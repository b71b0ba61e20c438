import type { Report } from "../../local/page/report/report.ts";
import { chatOf, conversationIdOf, isMessageId, isTelegramId } from "../../lambdas/model/ids.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { BadValue, UsageError, answerOptions, command, CommandFailure } from "../command.ts";
import { printableId } from "../output.ts";
import { openStage } from "../stage/open-stage.ts";
import { commandOn } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { traceChat, trace } from "../trace/trace.ts";
import type { Named } from "../trace/trace.ts";
import { chatFactsOf, chatLinesOf, factsOf, linesOf } from "../trace/show.ts";
import { chatReport, messageReport } from "../report/trace-report.ts";
import { readerIn, reportOptions, writeReport } from "../report/write-report.ts";
import { openTraceSources } from "../trace/sources.ts";

/** The forms, for help texts and refusals. */
export const forms = `  tg:<bot>:<update id>          an event from Telegram, as in logs and bridge parked
  <64 hexadecimal digits>       the same for most events of amoCRM
  amo:<scope id>:<message id>   an event from amoCRM; also status:…, notice:…, silence:…, closed:…
  tg-<bot>-<chat>-<message id>  a message in Telegram: its msgid in amoCRM
  <chat>/<message id>           the same, for the stage's own bot
  <message id>                  amoCRM's id of a message, a UUID; for a customer's message with --chat`;

const eventId = /^(?:(?:tg|amo|status|notice|silence|closed):[A-Za-z0-9_:.-]{1,200}|[0-9a-f]{64})$/;
const telegramMsgid = /^(tg-[0-9]+-[0-9]+)-([0-9]+)$/;
const chatAndMessage = /^([0-9]+)\/([0-9]+)$/;
const amocrmId = /^[A-Za-z0-9][A-Za-z0-9-]{7,99}$/;

/** Reads a name in any of the forms. It drops the number of a redrive (`#r2`), which the queues add. */
export function readName(text: string): Named {
  const name = text.replace(/#r[0-9]+$/, "");
  if (eventId.test(name)) return { kind: "event", id: name };
  const [, conversationId = "", messageId = ""] = telegramMsgid.exec(name) ?? [];
  const chat = chatOf(conversationId);
  if (chat !== undefined && isMessageId(messageId)) {
    return { kind: "telegram-message", ...chat, messageId };
  }
  const [, chatId = "", number = ""] = chatAndMessage.exec(name) ?? [];
  if (isTelegramId(chatId) && isMessageId(number)) {
    return { kind: "telegram-message", botId: undefined, chatId, messageId: number };
  }
  if (amocrmId.test(name) && !name.startsWith("tg-")) return { kind: "amocrm-message", id: name };
  throw new UsageError("this is not the name of a message, such as 42/19 or tg:1000000001:7");
}

/** Reads `--chat`: a private chat's id in Telegram, or the id of a conversation. */
export function readChat(text: string, botId: string): string {
  if (isTelegramId(text)) return conversationIdOf(botId, text);
  if (chatOf(text) !== undefined) return text;
  throw new BadValue(
    "--chat: expected the id of a chat in Telegram such as 42, or tg-<bot>-<chat>",
  );
}

const expectedAt =
  "--at: expected a time such as 12:05, or with a date such as 2026-11-30T12:05 or 2026-11-30T12:05Z";

/**
 * Reads `--at`. Without a date it is the last such time before now. Without a zone it is the time of this
 * machine's clock.
 */
export function readAt(text: string, now: Date): number {
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}/.test(text)) {
    const atMillis = Date.parse(text);
    if (Number.isFinite(atMillis)) return atMillis;
  }
  const [, hours = "", minutes = ""] = /^([0-9]{1,2}):([0-9]{2})$/.exec(text) ?? [];
  if (hours === "" || Number(hours) > 23 || Number(minutes) > 59) throw new BadValue(expectedAt);
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at > now) at.setDate(at.getDate() - 1);
  return at.getTime();
}

const aroundMinutes = 30;
const aroundMillis = aroundMinutes * 60_000;

/** `bridge trace`: shows the delivery of one message, or the messages of a chat near a time. */
export const traceCommand = command({
  argument: "[<message>]",
  about: `Shows the ledger's facts about one message: its source, the number of attempts, the finished steps
with their ids, the end, the delivery state in amoCRM, and what to do next. It reads single items of
the tables, the chat's last 200 messages in amoCRM, and parked and spooled events. With --chat and
--at it lists the messages of a chat within ${aroundMinutes} minutes of a time. It changes nothing and prints no text,
name or phone. Exit code 1: the bridge does not know such a message.

Not known: messages that wait in a queue behind the first one of their chat, and the event of most
customers' messages that arrived (the ledger's keys are Telegram's updates). See docs/doctor.md.

The message, in one of these forms:
${forms}`,
  options: {
    chat: { value: "C", about: "the chat: its id in Telegram such as 42, or tg-<bot>-<chat>" },
    at: {
      value: "T",
      about: "12:05, or 2026-11-30T12:05; the time of this machine's clock, or with Z in UTC",
    },
    ...reportOptions,
    ...answerOptions,
  },
  examples: [
    "trace tg-1000000001-42-5 --stage dev --bridge main",
    "trace --chat 42 --at 12:05 --stage dev --bridge main",
    "trace --chat 42 --at 12:05 --html trace.html --stage dev --bridge main",
  ],
  async run(options, terminal, name) {
    const { chat, at } = options;
    if (name === undefined && (chat === undefined || at === undefined)) {
      throw new UsageError("expected a message first, or --chat C and --at T");
    }
    if (name !== undefined && at !== undefined) {
      throw new UsageError("expected either a message or --at T");
    }
    const now = new Date();
    const named = name === undefined ? undefined : readName(name);
    if (named !== undefined && named.kind !== "amocrm-message" && chat !== undefined) {
      throw new UsageError(
        "--chat: expected only with amoCRM's id of a message, or with --at; this message has another name, so omit --chat",
      );
    }
    const atMillis = at === undefined ? 0 : readAt(at, now);
    const { stage, secrets, answer } = await openStage(options, terminal);
    const conversationId = chat === undefined ? undefined : readChat(chat, stage.botId);
    const reader = readerIn(options.language);
    const write = async (report: Pick<Report, "title" | "sections">): Promise<void> => {
      if (options.html === undefined) return;
      const page = { ...report, reader, madeAtMillis: now.getTime() };
      await writeReport(page, options.html, options);
    };
    const sources = openTraceSources(stage, secrets, now.getTime());

    if (named !== undefined) {
      const message = printableId(name ?? "");
      const found = await trace(named, sources, conversationId);
      if (found === undefined) {
        throw new CommandFailure(
          `the bridge does not know ${message}.${adviceFor(named, conversationId, stage)} The ledger keeps events for ${ledgerDays} days, from the time when the sender takes them up; ${commandOn(stage, "parked")} lists dead letters.`,
        );
      }
      await write(messageReport(message, found, stage, reader));
      answer({ message, ...factsOf(found, stage) }, linesOf(found, stage));
      return;
    }

    const window = {
      conversationId: conversationId ?? "",
      fromMillis: atMillis - aroundMillis,
      untilMillis: atMillis + aroundMillis,
    };
    const found = await traceChat(window, sources, now.getTime());
    const from = new Date(window.fromMillis).toISOString();
    const until = new Date(window.untilMillis).toISOString();
    if (found.entries.length === 0) {
      const gap = found.gap === undefined ? "" : ` Incomplete: ${found.gap}.`;
      throw new CommandFailure(
        `no message of chat ${conversationId} is known between ${from} and ${until}.${gap} A message may still wait in its queue: ${commandOn(stage, "status")} shows how many wait and why the last attempt failed.`,
      );
    }
    await write(chatReport(window, found, stage, reader));
    answer({ chat: conversationId, from, until, ...chatFactsOf(found) }, [
      `chat ${conversationId}, ${from} to ${until}`,
      ...chatLinesOf(found, stage),
    ]);
  },
});

/** Works on every stage: it needs no line that only some stages log. */
function adviceFor(named: Named, conversationId: string | undefined, stage: Stage): string {
  if (named.kind === "telegram-message") {
    return ` It may still wait in its queue: ${commandOn(stage, "status")} shows how many wait and why the last attempt failed, and ${commandOn(stage, `trace --chat ${named.chatId} --at 12:05`)} lists what is known of the chat near a time.`;
  }
  if (named.kind === "amocrm-message" && conversationId === undefined) {
    return " If a customer wrote it, name its chat too, with --chat: amoCRM finds such a message only in its chat.";
  }
  return "";
}
