import { ledgerDays } from "../../lambdas/model/ledger.ts";
import { CommandFailure, readOptions, UsageError } from "../command.ts";
import type { Command, ExitCode, Terminal } from "../command.ts";
import { print } from "../output.ts";
import { printableId } from "../parked/show.ts";
import { findStage } from "../stage/find-stage.ts";
import { commandOn, nameOf, stageHelp, stageOptions } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { traceChat } from "../trace/chat.ts";
import { forms, readAt, readChat, readName } from "../trace/named.ts";
import type { Named } from "../trace/named.ts";
import { openTraceSources } from "../trace/open-sources.ts";
import { chatFactsOf, chatLinesOf } from "../trace/show-chat.ts";
import { factsOf, linesOf } from "../trace/show.ts";
import { trace } from "../trace/trace.ts";

const aroundMinutes = 30;

/** `bridge trace`: shows the delivery of one message, or the messages of a chat near a time. */
export const traceCommand: Command = {
  help: `Usage: npx bridge trace <message> [--chat C] [--stage S] [--bridge B] [--json]
       npx bridge trace --chat C --at T [--stage S] [--bridge B] [--json]

Shows the ledger's facts about one message: its source, the number of attempts, the finished steps
with their ids, the end, the delivery state in amoCRM, and what to do next. It reads single items of
the tables, the chat's last 200 messages in amoCRM, and parked and spooled events. With --chat and
--at it lists the messages of a chat within ${aroundMinutes} minutes of a time. It changes nothing and prints no text,
name or phone. Exit code 1: the bridge does not know such a message.

The message, in one of these forms:
${forms}
  --chat     the chat: its id in Telegram such as 42, or tg-<bot>-<chat>
  --at       12:05, or 2026-11-30T12:05; the time of this machine's clock, or with Z in UTC
${stageHelp()}
Not known: messages that wait in a queue behind the first one of their chat, and the event of most
customers' messages that arrived (the ledger's keys are Telegram's updates). See docs/doctor.md.

Examples: npx bridge trace tg-1000000001-42-5 --stage dev --bridge main
          npx bridge trace --chat 42 --at 12:05 --stage dev --bridge main
`,
  async run(args, terminal) {
    const isNamed = args[0] !== undefined && !args[0].startsWith("--");
    const [name, rest] = isNamed ? [args[0], args.slice(1)] : [undefined, args];
    const options = readOptions(rest, ["chat", "at", ...stageOptions], ["json"]);
    const { chat, at, json } = options;
    if (name === undefined && (chat === undefined || at === undefined)) {
      throw new UsageError("expected a message first, or --chat C and --at T");
    }
    if (name !== undefined && at !== undefined) {
      throw new UsageError("expected either a message or --at T");
    }
    const now = new Date();
    const named = name === undefined ? undefined : readName(name);
    const atMillis = at === undefined ? undefined : readAt(at, now);
    const stage = await findStage(options, terminal);
    const conversationId = chat === undefined ? undefined : readChat(chat, stage.botId);
    const asked = { conversationId, nowMillis: now.getTime(), json };
    if (named !== undefined) return traceOne(named, name ?? "", asked, stage, terminal);
    return listChat(conversationId ?? "", atMillis ?? 0, asked, stage, terminal);
  },
};

type Asked = {
  readonly conversationId: string | undefined;
  readonly nowMillis: number;
  readonly json: boolean | undefined;
};

async function traceOne(
  named: Named,
  name: string,
  { conversationId, nowMillis, json }: Asked,
  stage: Stage,
  terminal: Terminal,
): Promise<ExitCode> {
  const found = await trace(named, openTraceSources(stage), nowMillis, conversationId);
  if (found === undefined) {
    throw new CommandFailure(
      `the bridge does not know ${printableId(name)}.${adviceFor(named, conversationId, stage)} The ledger keeps events for ${ledgerDays} days, from the time when the sender takes them up; ${commandOn(stage, "parked")} lists dead letters.`,
    );
  }
  const answer = { ...nameOf(stage), message: printableId(name), ...factsOf(found, stage) };
  print(terminal, json, answer, linesOf(found, stage));
  return 0;
}

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

async function listChat(
  conversationId: string,
  atMillis: number,
  { nowMillis, json }: Asked,
  stage: Stage,
  terminal: Terminal,
): Promise<ExitCode> {
  const around = aroundMinutes * 60_000;
  const window = {
    conversationId,
    fromMillis: atMillis - around,
    untilMillis: atMillis + around,
  };
  const found = await traceChat(window, openTraceSources(stage), nowMillis);
  const from = new Date(window.fromMillis).toISOString();
  const until = new Date(window.untilMillis).toISOString();
  if (found.entries.length === 0) {
    const gap = found.gap === undefined ? "" : ` Incomplete: ${found.gap}.`;
    throw new CommandFailure(
      `no message of chat ${conversationId} is known between ${from} and ${until}.${gap} A message may still wait in its queue: ${commandOn(stage, "status")} shows how many wait and why the last attempt failed.`,
    );
  }
  const answer = { ...nameOf(stage), chat: conversationId, from, until, ...chatFactsOf(found) };
  print(terminal, json, answer, [
    `chat ${conversationId}, ${from} to ${until}`,
    ...chatLinesOf(found, stage),
  ]);
  return 0;
}
