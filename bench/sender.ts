import type { Effort, Figure, Part } from "./figure.ts";
import { shippedAssembly } from "./world/assembly.ts";
import { drain } from "./drain.ts";
import type { Backlog, Drained } from "./drain.ts";
import type { Direction } from "../lambdas/model/envelope.ts";

const latencyMillis = 80;
const rounds = 3;
const botLimitPerSecond = 30;
/** The short run takes a third of the time, with a larger error. */
const messagesOf: Readonly<Record<Effort, number>> = { full: 5000, short: 1500 };
const chats = 500;
const waitedMillis = 60_000;

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
    for (let round = 0; round < rounds; round += 1) {
      progress(`ten at a time, round ${round + 1} of ${rounds}`);
      const order = ["to-amocrm", "to-telegram"] as const;
      for (const direction of round % 2 === 0 ? order : order.toReversed()) {
        rounded[direction].push(await run({ ...even, direction }));
      }
    }
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
    progress("one at a time, with its memory's share of a processor");
    const alone = { chats: 1, messages: 200, concurrency: 1, holdsToShare: true };
    const held = {
      "to-amocrm": await run({ ...alone, direction: "to-amocrm" }),
      "to-telegram": await run({ ...alone, direction: "to-telegram" }),
    };
    const isHeld = held["to-amocrm"].isHeld && held["to-telegram"].isHeld;
    const { megabytes } = functions.DeliverySender;

    const rate = (what: string, ours: number, floor: number): Figure => {
      return { what, unit: "messages/s", ours, floor, targets: [{ of: "floor", atLeast: 0.9 }] };
    };
    const ofMiddle = (what: string, drained: readonly Drained[]) => {
      const middle = drained.toSorted((a, b) => a.perSecond - b.perSecond)[
        Math.floor(drained.length / 2)
      ];
      return rate(what, middle?.perSecond ?? Number.NaN, middle?.boundPerSecond ?? Number.NaN);
    };
    const none = (what: string, name: "inversions" | "duplicates" | "lost"): Figure => {
      const ours = all.reduce((sum, drained) => sum + drained[name], 0);
      return { what, unit: "messages", ours, targets: [{ of: "ours", atMost: 0 }] };
    };
    const own = (direction: Direction): Figure => ({
      what: `own time with ${megabytes} MB's share of a processor, ${direction}`,
      unit: "ms/message",
      ours: held[direction].ownMillisEach,
    });
    return {
      figures: [
        ofMiddle("10 chats by 10, to amoCRM", rounded["to-amocrm"]),
        ofMiddle("10 chats by 10, to Telegram", rounded["to-telegram"]),
        ofMiddle(`${messages} of ${chats} chats to amoCRM, by ${toAmocrmSlots}`, [toAmocrm]),
        rate(
          `${messages} of ${chats} chats to Telegram, by ${toTelegramSlots}, limit 30/s`,
          toTelegram.perSecond,
          botLimitPerSecond,
        ),
        none("out of order", "inversions"),
        none("twice", "duplicates"),
        none("lost", "lost"),
        {
          what: "receives a message, to Telegram",
          unit: "receives",
          ours: 1 + toTelegram.refusals / messages,
          targets: [{ of: "ours", atMost: 1.02 }],
        },
        { what: "answers with 429", unit: "calls", ours: toTelegram.limited },
        { what: "processor time, to amoCRM", unit: "ms/message", ours: toAmocrm.cpuMillisEach },
        { what: "processor time, to Telegram", unit: "ms/message", ours: toTelegram.cpuMillisEach },
        ...(isHeld ? [own("to-amocrm"), own("to-telegram")] : []),
        {
          what: "memory of a sandbox (floor: its limit)",
          unit: "MB",
          ours: Math.max(...all.map((each) => each.megabytes)),
          floor: megabytes,
          targets: [{ of: "floor", atMost: 0.8 }],
        },
        {
          what: `connections to the vendors, by ${toAmocrmSlots}`,
          unit: "connections",
          ours: toAmocrm.connections,
          floor: toAmocrmSlots,
          targets: [{ of: "floor", atMost: 1 }],
        },
      ],
      skipped: [
        ...(effort === "full"
          ? []
          : [{ what: "5,000 messages", why: `${messages} where all parts run` }]),
        ...(isHeld
          ? []
          : [
              {
                what: "own time with a share of a processor",
                why: "this machine allows no control group",
              },
            ]),
      ],
    };
  },
};
