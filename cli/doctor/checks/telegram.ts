import { agoOf } from "../../format.ts";
import { commandToSet } from "../../secrets/secret-plans.ts";
import { commandOn } from "../../stage/stage.ts";
import { fault, ok, unknown, warning } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { judgeBotSettings } from "./bot-settings.ts";
import type { Facts, TelegramFacts, WebhookFacts } from "../facts/facts.ts";

const hourMillis = 3_600_000;
const manyPending = 100;
const lostAfterADay = "Telegram keeps customers' messages for a day";

/** Checks whether the bot is ours and its updates come here. */
export const telegramChecks: readonly Check[] = [
  {
    id: "telegram-answers",
    group: "Telegram",
    title: "the Bot API answers",
    judge: judgeReach,
  },
  {
    id: "bot-token",
    group: "Telegram",
    title: "Telegram accepts the bot token, and it belongs to the stage's bot",
    judge: judgeToken,
  },
  {
    id: "webhook-url",
    group: "Telegram",
    title: "the bot's updates go to this bridge",
    judge: (facts) => withWebhook(facts, judgeUrl),
  },
  {
    id: "webhook-updates",
    group: "Telegram",
    title: "Telegram sends all kinds of updates that the bridge needs (allowed_updates)",
    judge: (facts) => ifOurs(facts, judgeUpdates),
  },
  {
    id: "webhook-secret",
    group: "Telegram",
    title: "Telegram sends the webhook secret that the bridge accepts",
    judge: (facts) => ifOurs(facts, judgeSecret),
  },
  {
    id: "webhook-errors",
    group: "Telegram",
    title: "Telegram reports no webhook error in the last hour",
    judge: (facts) => ifOurs(facts, judgeErrors),
  },
  {
    id: "webhook-pending",
    group: "Telegram",
    title: "few updates wait at Telegram",
    judge: (facts) => withWebhook(facts, judgePending),
  },
  {
    id: "bot-commands",
    group: "Telegram",
    title: "the bot's commands are those of this version, in every language",
    judge: judgeCommands,
  },
  {
    id: "bot-settings",
    group: "Telegram",
    title: "the bot's settings offer no feature that the bridge does not support",
    judge: judgeBotSettings,
  },
];

function judgeReach({ telegram, stage }: Facts): Finding {
  if (!telegram.known) return unknown(telegram.why);
  const { me } = telegram.value;
  if (me.kind === "answered" && me.status < 500 && me.status !== 429) return ok("it answers");
  return fault(
    me.kind === "silent" ? `Telegram gives ${me.reason}` : `Telegram answers ${me.status}`,
    "operators' answers wait for 24 hours at most; customers' messages may come late",
    `wait, then run doctor again; check that this machine can reach ${new URL(stage.telegramApiRoot).host}`,
  );
}

/** Judges Telegram's answers, if Telegram has said who the bot is. */
function withTelegram(facts: Facts, judge: (answers: TelegramFacts) => Finding): Finding {
  if (!facts.telegram.known) return unknown(facts.telegram.why);
  const { me } = facts.telegram.value;
  if (me.kind === "silent" || me.status >= 500 || me.status === 429) {
    return unknown("Telegram does not answer");
  }
  return judge(facts.telegram.value);
}

function judgeToken(facts: Facts): Finding {
  const { stage } = facts;
  const set = commandToSet(stage, "telegram-bot", "token");
  return withTelegram(facts, ({ me }) => {
    if (me.kind === "answered" && me.status === 200) {
      const id = me.body?.id;
      if (stage.botId === id) return ok(`bot ${id}`);
      return fault(
        `the token belongs to bot ${id}, the stage's bot is ${stage.botId}`,
        "answers come from another bot, to customers who did not write to it",
        set,
      );
    }
    const status = me.kind === "answered" ? me.status : 0;
    return fault(
      `Telegram does not accept the token (${status}): it was revoked or is not complete`,
      "customers get nothing; operators' answers wait for 24 hours and are then not delivered",
      set,
    );
  });
}

function withWebhook(
  facts: Facts,
  judge: (webhook: WebhookFacts, facts: Facts) => Finding,
): Finding {
  return withTelegram(facts, ({ webhook }) =>
    webhook.known ? judge(webhook.value, facts) : unknown(webhook.why),
  );
}

/** Judges the webhook only when it is ours: Telegram's facts about another webhook say nothing about us. */
function ifOurs(facts: Facts, judge: (webhook: WebhookFacts, facts: Facts) => Finding): Finding {
  return withWebhook(facts, (webhook) =>
    webhook.isOurs ? judge(webhook, facts) : unknown("the webhook is not this bridge's"),
  );
}

function judgeUrl({ isOurs, isSet }: WebhookFacts, { stage }: Facts): Finding {
  if (isOurs) return ok("ours");
  const set = commandOn(stage, "webhook set");
  if (!isSet) {
    const says =
      "no webhook is set: it was deleted, or another program reads updates by getUpdates";
    return fault(says, lostAfterADay, set);
  }
  return fault(
    "the webhook has another address: another program has taken the bot",
    "customers' messages go to another program, and not to this bridge",
    `${commandOn(stage, "webhook set --take-over")}, and check that no other program has the bot's token`,
  );
}

function judgeUpdates({ differences }: WebhookFacts, { stage }: Facts): Finding {
  if (differences.length === 0) return ok("all of them");
  return fault(
    differences.join("; "),
    "Telegram does not send the missing kinds: answers, reactions or blocks",
    commandOn(stage, "webhook set"),
  );
}

const refused = /\b401\b/;

function judgeSecret(webhook: WebhookFacts, facts: Facts): Finding {
  const { lastErrorAtMillis, lastError, pendingUpdates } = webhook;
  if (lastErrorAtMillis === undefined || !refused.test(lastError))
    return ok("the bridge refused no update");
  if (pendingUpdates === 0)
    return ok("the bridge refused updates before, and has accepted them since");
  return fault(
    `the bridge refuses Telegram's updates (401), last ${agoOf(lastErrorAtMillis, facts.nowMillis)}`,
    lostAfterADay,
    commandOn(facts.stage, "webhook set"),
  );
}

function judgeErrors(webhook: WebhookFacts, facts: Facts): Finding {
  const { lastErrorAtMillis, lastError } = webhook;
  if (lastErrorAtMillis === undefined) return ok("none at all");
  const when = agoOf(lastErrorAtMillis, facts.nowMillis);
  if (refused.test(lastError) || facts.nowMillis - lastErrorAtMillis > hourMillis) {
    return ok(`the last one ${when}`);
  }
  return warning(
    `the last one ${when}: ${lastError}`,
    "customers' messages come late",
    "see the public address below, and read the log of telegram-webhook",
  );
}

function judgePending({ pendingUpdates }: WebhookFacts, { stage }: Facts): Finding {
  const says = `${pendingUpdates} wait`;
  if (pendingUpdates < manyPending) return ok(says);
  const look = commandOn(stage, "webhook info");
  return fault(says, lostAfterADay, `fix the other faults first; ${look} shows the number`);
}

function judgeCommands(facts: Facts): Finding {
  return withTelegram(facts, ({ commandDifferences }) => {
    if (!commandDifferences.known) return unknown(commandDifferences.why);
    if (commandDifferences.value.length === 0) return ok("correct");
    return warning(
      commandDifferences.value.join("; "),
      "customers see an old menu, or none",
      commandOn(facts.stage, "webhook set"),
    );
  });
}
