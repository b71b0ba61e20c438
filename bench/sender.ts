import type { Effort, Figure, Part } from "./figure.ts";
import { drain } from "./sender/drain.ts";
import type { Backlog, Drained } from "./sender/drain.ts";
import { shippedAssembly } from "./world/assembly.ts";

const latencyMillis = 80;
const rounds = 3;
const botLimitPerSecond = 30;
/** The short run takes a third of the time, with a larger error. */
const messagesOf: Readonly<Record<Effort, number>> = { full: 5000, short: 1500 };
const chats = 500;
const backlogMillis = 60_000;

/**
 * The shipped sender against vendors that take 80 ms, with AWS in memory: the time it adds to the
 * vendors' time. The floor is the vendors' time for the calls that were made, at the template's
 * concurrency. Toward Telegram the floor is the rate limit of a bot.
 */
export const sender: Part = {
  name: "sender",
  about:
    "messages per second against vendors of 80 ms, compared with the maximum of their latency; order",
  async measure(progress, effort) {
    const messages = messagesOf[effort];
    const assembly = await shippedAssembly();
    const concurrencyOf = (queue: string) => {
      const source = assembly.properties("AWS::Lambda::EventSourceMapping", `${queue}Deliveries`);
      return (source["ScalingConfig"] as { MaximumConcurrency: number }).MaximumConcurrency;
    };
    const all: Drained[] = [];
    const run = async (backlog: Omit<Backlog, "latencyMillis">) => {
      const drained = await drain({ ...backlog, latencyMillis });
      all.push(drained);
      return drained;
    };

    // Without a backlog: with a backlog, the slots toward Telegram wait for the bot's rate limit.
    const even = { chats: 10, messages: 300, concurrency: 10, waitedMillis: 0 };
    const rounded = { "to-amocrm": [] as Drained[], "to-telegram": [] as Drained[] };
    for (let round = 0; round < rounds; round += 1) {
      progress(`ten at a time, round ${round + 1} of ${rounds}`);
      const order = ["to-amocrm", "to-telegram"] as const;
      for (const direction of round % 2 === 0 ? order : order.toReversed()) {
        rounded[direction].push(await run({ ...even, direction }));
      }
    }
    progress(`emptying ${messages} messages of ${chats} chats toward amoCRM`);
    const toAmocrm = await run({
      direction: "to-amocrm",
      chats,
      messages,
      waitedMillis: backlogMillis,
      concurrency: concurrencyOf("ToAmocrm"),
    });
    progress(`emptying ${messages} messages of ${chats} chats toward Telegram`);
    const toTelegram = await run({
      direction: "to-telegram",
      chats,
      messages,
      waitedMillis: backlogMillis,
      concurrency: concurrencyOf("ToTelegram"),
      perSecond: botLimitPerSecond,
    });

    progress("one at a time, with its memory's share of a processor");
    const alone = { chats: 1, messages: 200, concurrency: 1, waitedMillis: 0, holdsToShare: true };
    const held = {
      "to-amocrm": await run({ ...alone, direction: "to-amocrm" }),
      "to-telegram": await run({ ...alone, direction: "to-telegram" }),
    };
    const isHeld = held["to-amocrm"].isHeld && held["to-telegram"].isHeld;
    const megabytes = assembly.megabytes("DeliverySender");

    const rate = (what: string, ours: number, floor: number): Figure => ({
      what,
      unit: "messages/s",
      ours,
      floor,
      targets: [{ of: "floor", atLeast: 0.9 }],
    });
    const ofBound = (what: string, { perSecond, boundPerSecond }: Drained) =>
      rate(what, perSecond, boundPerSecond);
    const none = (what: string, of: (drained: Drained) => number): Figure => ({
      what,
      unit: "messages",
      ours: all.reduce((sum, drained) => sum + of(drained), 0),
      targets: [{ of: "ours", atMost: 0 }],
    });
    return {
      figures: [
        ofBound("10 chats by 10, to amoCRM", median(rounded["to-amocrm"])),
        ofBound("10 chats by 10, to Telegram", median(rounded["to-telegram"])),
        ofBound(
          `${messages} of ${chats} chats to amoCRM, by ${concurrencyOf("ToAmocrm")}`,
          toAmocrm,
        ),
        rate(
          `${messages} of ${chats} chats to Telegram, by ${concurrencyOf("ToTelegram")}, limit 30/s`,
          toTelegram.perSecond,
          botLimitPerSecond,
        ),
        none("out of order", ({ inversions }) => inversions),
        none("twice", ({ duplicates }) => duplicates),
        none("lost", ({ lost }) => lost),
        {
          what: "receives a message, to Telegram",
          unit: "receives",
          ours: 1 + toTelegram.refusals / messages,
          targets: [{ of: "ours", atMost: 1.02 }],
        },
        { what: "answers with 429", unit: "calls", ours: toTelegram.limited },
        { what: "processor time, to amoCRM", unit: "ms/message", ours: toAmocrm.cpuMillisEach },
        { what: "processor time, to Telegram", unit: "ms/message", ours: toTelegram.cpuMillisEach },
        ...(isHeld ? (["to-amocrm", "to-telegram"] as const) : []).map((direction) => ({
          what: `own time with ${megabytes} MB's share of a processor, ${direction}`,
          unit: "ms/message",
          ours: held[direction].ownMillisEach,
        })),
        {
          what: "memory of a sandbox (floor: its limit)",
          unit: "MB",
          ours: Math.max(...all.map(({ rssBytes }) => rssBytes)) / 1e6,
          floor: megabytes,
          targets: [{ of: "floor", atMost: 0.8 }],
        },
        {
          what: `connections to the vendors, by ${concurrencyOf("ToAmocrm")}`,
          unit: "connections",
          ours: toAmocrm.connections,
          floor: concurrencyOf("ToAmocrm"),
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

function median(rounds: readonly Drained[]): Drained {
  const sorted = rounds.toSorted((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("Nothing was measured.");
  return middle;
}
