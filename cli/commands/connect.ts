import { setTimeout as sleep } from "node:timers/promises";
import { accountOptions } from "../amocrm/call.ts";
import { connect as connectAccount, unexpected } from "../amocrm/connection.ts";
import { vendorOf } from "../amocrm/vendor.ts";
import { answerOptions, command } from "../command.ts";
import { openStage } from "../stage/open-stage.ts";
import { addressOf } from "../stage/stage.ts";

/** `bridge connect`: connects the chat channel to the amoCRM account. */
export const connect = command({
  about: `Connects the channel to the account, stores the scope id in the channel's secret and prints the
hook address for amoCRM support. You can repeat it. Repeat it after the integration was installed
again in amoCRM.

The scope id is known in advance: <channel id>_<account id>. The command stores it and calls amoCRM
35 seconds later. When amoCRM accepts, it may send hooks at once, and it does not retry them. A
running webhook reads a secret that failed again after 30 seconds. The command does not wait for a
scope id that is already stored. When amoCRM refuses, the command restores the old secret.

The command also stores the time when a scope id was first stored. The caretaker does not treat
older operators' messages as lost. A repeated command does not change this time. So the caretaker
still finds hooks that were lost before it, for example while the integration was not installed.`,
  options: {
    ...accountOptions,
    ...answerOptions,
  },
  examples: ["connect --title 'Telegram' --stage dev --bridge main"],
  async run({ title, "account-id": givenId, ...options }, terminal) {
    const { stage, secrets, answer } = await openStage(options, terminal);
    const account = { accountId: givenId, title };
    const connection = await connectAccount(stage, secrets, account, {
      now: Date.now,
      sleep: terminal.sleep ?? sleep,
      // On standard error, so that standard output carries only the facts.
      say: (line) => terminal.stderr.write(`${line}\n`),
    });
    const { accountId, scopeId, expectedScopeId, changed, connectedAtMillis } = connection;
    const { name } = vendorOf(stage);

    const hooks = addressOf(stage.outputs.WebhookUrl, "/amocrm/");
    const facts = {
      accountId,
      scopeId,
      expectedScopeId,
      changed,
      connectedAt: new Date(connectedAtMillis).toISOString(),
      hookUrl: `${hooks}:scope_id`,
      ownHookUrl: hooks + encodeURIComponent(scopeId),
    };
    answer(facts, [
      `connected: account ${accountId}`,
      `scope id:  ${scopeId} (${changed ? "stored with the channel secret" : "already stored"})`,
      scopeId !== expectedScopeId && `           ${unexpected(expectedScopeId)}`,
      `since:     ${facts.connectedAt}`,
      `hook URL:  ${facts.hookUrl} (give this to ${name} support, with :scope_id unchanged)`,
      `           ${facts.ownHookUrl} (the address that ${name} calls for this account)`,
    ]);
  },
});
