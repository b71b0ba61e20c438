import { fixedSecret } from "../../lambdas/model/runtime.ts";
import { findLostHooks, openReconcilerPorts } from "../amocrm/find-lost-hooks.ts";
import { readChannel } from "../amocrm/connection.ts";
import { awsFailure } from "../aws/failures.ts";
import { answerOptions, BadValue, command, CommandFailure } from "../command.ts";
import { printable } from "../output.ts";
import { openStage } from "../stage/open-stage.ts";

const unitMillis: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const mostMillis = 7 * 86_400_000;

/** `bridge reconcile`: searches once for operators' messages whose hooks were lost. */
export const reconcileCommand = command({
  about: `Reads the amoCRM history of every chat that was active in this time, and enqueues the messages that
the bridge does not know. The caretaker does this for the last two hours. Use this command after a
longer outage. It skips messages that are younger than three minutes, and messages that are older
than the conversation or than the channel's connection (bridge connect). It skips a chat in which it
finds more than 20 messages. You can repeat it: it does not enqueue a message twice. Exit code 1:
some chats could not be checked.`,
  options: {
    since: {
      value: "T",
      required: true,
      about: "how far back: minutes, hours or days such as 90m, 2h or 7d; seven days at most",
    },
    ...answerOptions,
  },
  examples: ["reconcile --since 6h --stage dev --bridge main"],
  async run(options, terminal) {
    const backMillis = readSince(options.since);
    const { stage, secrets, answer } = await openStage(options, terminal);
    const channel = await readChannel(stage, secrets);
    const sinceMillis = Date.now() - backMillis;
    const ports = openReconcilerPorts(stage, fixedSecret(channel), Date.now);
    const lost = await findLostHooks(sinceMillis, ports).catch((error: unknown) => {
      throw awsFailure(error, "search for lost hooks");
    });
    const { chats, found, notRead, stopped } = lost;
    const since = new Date(sinceMillis).toISOString();
    answer({ since, chats, found, notRead, stopped }, [
      `chats checked:     ${chats}`,
      `lost hooks found:  ${found}${found === 0 ? "" : " (enqueued for the customers)"}`,
    ]);
    const troubles = [
      ...notRead.map(({ conversationId, reason }) => `${conversationId}: ${printable(reason)}`),
      ...stopped.map((conversationId) => `${conversationId}: too many lost messages, skipped`),
    ];
    if (troubles.length === 0) return;
    const first = troubles.slice(0, 3).join("; ");
    const more = troubles.length > 3 ? `; and ${troubles.length - 3} more` : "";
    throw new CommandFailure(`not all chats were checked: ${first}${more}`);
  },
});

/** The milliseconds of a time such as `2h`. */
export function readSince(text: string): number {
  const [, count = "", unit = ""] = /^([0-9]{1,5})([mhd])$/.exec(text) ?? [];
  const millis = Number(count) * (unitMillis[unit] ?? 0);
  if (millis > 0 && millis <= mostMillis) return millis;
  throw new BadValue("--since: expected minutes, hours or days such as 90m, 2h or 7d, 7d at most");
}
