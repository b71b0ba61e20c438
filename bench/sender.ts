import type { Direction } from "../lambdas/model/envelope.ts";
import { drain } from "./drain.ts";
import type { Backlog, Drained } from "./drain.ts";
import { inRounds, median } from "./figure.ts";
import type { Effort, Figure, Part } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";

const latencyMillis = 80;
const rounds = 3;
const botLimitPerSecond = 30;
/** The short run takes a third of the time, with a larger error. */
const messagesOf: Readonly<Record<Effort, number>> = { full: 5000, short: 1500 };
const chats = 500;
const waitedMillis = 60_000;
const directions = ["to-amocrm", "to-telegram"] as const;

/**
 * The shipped sender against vendors that take 80 ms, with AWS in memory: the time it adds to the
 * vendors' time. The floor is the vendors' time for the calls that were made, at the template's
 * concurrency. Toward Telegram the floor is the rate limit of a bot.
 */
export const sender: Part = {
  about:
    "messages per second against vendors of 80 ms, compared with the maximum of their latency; order",
  async measure(progress, effort) {
    const messages = messagesOf[effort];
    const { properties, functions } = await shippedAssembly();
    const slotsOf = (queue: string) =>
      properties<{ ScalingConfig: { MaximumConcurrency: number } }>(
        "AWS::Lambda::EventSourceMapping",
        `${queue}Deliveries`,
      ).ScalingConfig.MaximumConcurrency;
    const [toAmocrmSlots, toTelegramSlots] = [slotsOf("ToAmocrm"), slotsOf("ToTelegram")];
    const all: Drained[] = [];
    const run = async (backlog: Omit<Backlog, "latencyMillis">) => {
      const drained = await drain({ ...backlog, latencyMillis });
      all.push(drained);
      return drained;
    };

    // Without a backlog: with a backlog, the slots toward Telegram wait for the bot's rate limit.
    const even = { chats: 10, messages: 300, concurrency: 10 };
    const rounded: Record<Direction, Drained[]> = { "to-amocrm": [], "to-telegram": [] };
    await inRounds(rounds, directions, async (direction, round) => {
      progress(`${direction}, ten at a time, round ${round + 1} of ${rounds}`);
      rounded[direction].push(await run({ ...even, direction }));
    });
    const backlog = { chats, messages, waitedMillis };
    progress(`emptying ${messages} messages of ${chats} chats toward amoCRM`);
    const toAmocrm = await run({ ...backlog, direction: "to-amocrm", concurrency: toAmocrmSlots });
    progress(`emptying ${messages} messages of ${chats} chats toward Telegram`);
    const toTelegram = await run({
      ...backlog,
      direction: "to-telegram",
      concurrency: toTelegramSlots,
      perSecond: botLimitPerSecond,
    });

    const rate = (what: string, drained: readonly Drained[], limit?: number): Figure => ({
      what,
      unit: "messages/s",
      ours: median(drained.map(({ perSecond }) => perSecond)),
      floor: limit ?? median(drained.map(({ boundPerSecond }) => boundPerSecond)),
      targets: [">= 0.9 x floor"],
    });
    const none = (what: string, name: "inversions" | "duplicates" | "lost"): Figure => {
      const ours = Math.max(...all.map((drained) => drained[name]));
      return { what, unit: "messages", ours, targets: ["<= 0"] };
    };
    const [many, limit] = [`${messages} of ${chats} chats`, botLimitPerSecond];
    return {
      figures: [
        rate("10 chats by 10, to amoCRM", rounded["to-amocrm"]),
        rate("10 chats by 10, to Telegram", rounded["to-telegram"]),
        rate(`${many} to amoCRM, by ${toAmocrmSlots}`, [toAmocrm]),
        rate(`${many} to Telegram, by ${toTelegramSlots}, limit 30/s`, [toTelegram], limit),
        none("out of order", "inversions"),
        none("twice", "duplicates"),
        none("lost", "lost"),
        {
          what: "receives a message, to Telegram",
          unit: "receives",
          ours: 1 + toTelegram.refusals / messages,
          targets: ["<= 1.02"],
        },
        { what: "answers with 429", unit: "calls", ours: toTelegram.limited },
        {
          what: "memory of a sandbox (floor: its limit)",
          unit: "MB",
          ours: Math.max(...all.map(({ megabytes }) => megabytes)),
          floor: functions.DeliverySender.megabytes,
          targets: ["<= 0.8 x floor"],
        },
        {
          what: `connections to the vendors, by ${toAmocrmSlots}`,
          unit: "connections",
          ours: toAmocrm.connections,
          floor: toAmocrmSlots,
          targets: ["<= 1 x floor"],
        },
      ],
      skipped:
        effort === "full"
          ? []
          : [{ what: "5,000 messages", why: `${messages} where all parts run` }],
    };
  },
};
