import { printableAddress } from "../../cli/output.ts";
import { countLeft, findKept, isInUse, planKept, restoreKept } from "./kept-bot.ts";
import type { OwnBot } from "./kept-bot.ts";

/**
 * Gives every bot back whose webhook an earlier run has taken away, except the bot of this run and the
 * bots of other runs in progress. A bot that cannot be given back now stays stored, and stops nothing.
 */
export async function putBack(
  root: string,
  say: (line: string) => void,
  ofThisRun?: string,
): Promise<void> {
  for (const own of await findKept(root)) {
    if (own.botId === ofThisRun) continue;
    if (await isInUse(own)) {
      say(
        `The former webhook of bot ${own.botId} stays stored, because another run seems to have the bot. If none has, delete ${own.folder}/run.pid and start again.`,
      );
      continue;
    }
    try {
      say(await putBackOne(own));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(
        `The former webhook of bot ${own.botId} stays stored: ${why}. Repeat with npx bridge webhook restore, or delete the folder ${own.folder} if the bot is no longer yours.`,
      );
    }
    const left = await countLeft(own);
    if (left > 0) {
      say(
        `Bot ${own.botId}: ${left} updates are only in this machine's journal. npm start -- --telegram delivers them.`,
      );
    }
  }
}

async function putBackOne(own: OwnBot): Promise<string> {
  const plan = await planKept(own, undefined);
  await restoreKept(own, plan, undefined);
  const address = printableAddress(plan.former.webhook?.url ?? "");
  if (plan.webhook === "leave") {
    return `Bot ${own.botId} already has its former webhook again: ${address}.`;
  }
  return `Bot ${own.botId} has its former webhook again: ${address}. Telegram does not report the old secret token: if that program checks one, it refuses every update until it sets its webhook itself (a deployed bridge: npx bridge webhook set --stage …).`;
}
