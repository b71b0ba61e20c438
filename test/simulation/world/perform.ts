import type { Action } from "./plan.ts";
import { channelId, scopeId, secretIds, startMillis } from "./names.ts";
import { redriveParked } from "./world.ts";
import type { World } from "./world.ts";

/** Performs one planned action. */
export function perform(action: Action, world: World): void {
  const { history, telegram, amocrm, telegramSide, amocrmSide, functions, deployed } = world;
  const { secrets } = world;
  const connected = { channelId, scopeId, connectedAtMillis: startMillis };
  history.record("people", { kind: "world", what: JSON.stringify(action).slice(0, 120) });
  switch (action.kind) {
    case "customer writes":
    case "customer sends photo":
      // A customer who has blocked the bot must unblock it before they can write.
      if (telegramSide.isBlocked(action.chat)) return;
      return telegramSide.write(action.chat, action.text, {
        isPhoto: action.kind === "customer sends photo",
        noise: "noise" in action ? action.noise : undefined,
      });
    case "customer writes richly":
      return telegramSide.isBlocked(action.chat)
        ? undefined
        : telegramSide.writeRichly(action.chat, action.text);
    case "customer edits":
      return telegramSide.edit(action.chat, action.text);
    case "administrator writes":
      return telegramSide.administratorWrites(action.chat, action.text, action.who);
    case "administrator edits":
      return telegramSide.edit(action.chat, action.text, "administrator");
    case "customer shares number":
      return telegramSide.isBlocked(action.chat)
        ? undefined
        : telegramSide.shareNumber(action.chat, action.text);
    case "operator closes talk":
      return amocrmSide.setTalk(action.chat, false);
    case "operator reopens talk":
      return amocrmSide.setTalk(action.chat, true);
    case "operator closes lead":
    case "operator deletes lead":
      return amocrmSide.endLead(action.chat, action.kind === "operator deletes lead");
    case "operator writes":
      return amocrmSide.operatorWrites(action);
    case "customer blocks":
      return telegramSide.block(action.chat, true);
    case "customer unblocks":
      return telegramSide.block(action.chat, false);
    case "bot acts":
      return telegramSide.botActs(action.chat);
    case "stranger forges a hook":
      return amocrmSide.strangerForges(action.chat);
    case "channel secret is stored":
      return secrets.set(secretIds.channel, {
        current: "channel-secret-2",
        previous: "channel-secret-1",
        ...connected,
      });
    case "channel secret is changed":
      return amocrm.changeSecret("channel-secret-2");
    case "webhook secret is stored":
      return secrets.set(secretIds.webhook, {
        current: "hook-secret-2",
        previous: "hook-secret-1",
      });
    case "webhook secret is changed":
      telegram.secretToken = "hook-secret-2";
      return;
    case "bot token is changed":
      return telegram.changeToken("700:token-2");
    case "bot token is stored":
      return secrets.set(secretIds.bot, { token: "700:token-2" });
    case "ingest of version 2":
      deployed.ingestVersion = 2;
      functions.telegramWebhook.deploy();
      return functions.amocrmWebhook.deploy();
    case "sender of version 2":
      deployed.senderVersion = 2;
      return functions.sender.deploy();
    case "deployment":
      for (const each of Object.values(functions)) each.deploy();
      return;
    case "parked events are redriven":
      return redriveParked(world);
  }
}
