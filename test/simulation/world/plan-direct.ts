import type { Random } from "../engine/random.ts";
import type { Administrator } from "./compose-message.ts";
import { directChat } from "./customers.ts";
import { startMillis } from "./names.ts";
import { customerActs, sentences } from "./plan.ts";
import type { Action, Planned } from "./plan.ts";
import { busyMillis } from "./schedule.ts";

/**
 * In half of the seeds a few people also write to the channel, and its administrators write to
 * them.
 */
export function directPlanOf(random: Random, { hasBot = false } = {}): Planned[] {
  const planned: Planned[] = [];
  const at = (offset: number, action: Action) =>
    planned.push({ atMillis: startMillis + offset, action });
  const anyTime = () => random.between(30_000, busyMillis);
  if (random.chance(0.5)) return planned;

  for (let user = random.between(1, 3), most = 4; user <= most; user += random.between(1, 3)) {
    const chat = directChat(user);
    const first = random.chance(0.3) ? `/start <c${chat}.0>` : `<c${chat}.0>`;
    at(random.between(0, 60_000), { kind: "customer writes", chat, text: first });
    for (let count = random.between(0, 4), number = 1; number <= count; number += 1) {
      customerActs(random, chat, number, (action, delay = 0) => at(anyTime() + delay, action));
    }
    for (let count = random.between(0, 3), number = 1; number <= count; number += 1) {
      const who = random.pick<Administrator>(["by name", "as channel"]);
      const when = anyTime();
      const text = `<a${chat}.${number * 10}>`;
      at(when, { kind: "administrator writes", chat, text, who });
      if (random.chance(0.3)) {
        const edit = { kind: "administrator edits", chat, text: `<a${chat}.${number * 10 + 1}>` };
        at(when + random.between(1000, 60_000), edit as Action);
      }
    }
    for (let count = random.between(1, 4), number = 1; number <= count; number += 1) {
      const parts = random.chance(0.15) ? random.between(80, 180) : 1;
      const text = sentences(`o${chat}.${number * 10}`, parts);
      const quotes = random.chance(0.2);
      at(anyTime(), { kind: "operator writes", chat, text, quotes });
    }
    // Operators read in the end also what the customer wrote only to the bot.
    const call = `/operator <c${chat}.999>`;
    if (hasBot) at(busyMillis * 1.45, { kind: "customer writes", chat, text: call });
  }
  return planned;
}
