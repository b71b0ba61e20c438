import { setTimeout as sleep } from "node:timers/promises";
import { checkAccountId } from "../amocrm/account-id.ts";
import { connect as connectAccount, unexpected } from "../amocrm/connection.ts";
import { BadValue, readOptions } from "../command.ts";
import type { Command } from "../command.ts";
import { print } from "../output.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import { findStage } from "../stage/find-stage.ts";
import { addressOf, nameOf, stageHelp, stageOptions } from "../stage/stage.ts";

/** `bridge connect`: connects the chat channel to the amoCRM account. */
export const connect: Command = {
  summary: "connect the chat channel to the amoCRM account",
  help: `Usage: npx bridge connect [--title T] [--account-id A] [--stage S] [--bridge B] [--json]

Connects the channel to the account, keeps the scope id beside the channel's secret and prints the
hook address to give to amoCRM support. May be repeated at will; repeat it after the integration
was installed anew in amoCRM.

The scope id is known beforehand: <channel id>_<account id>. It is kept first, and amoCRM is called
35 seconds later: from its yes on it may send hooks, never sends one twice, and a running webhook
looks at a secret that it refused by again after 30 seconds. A scope id that was kept before needs no
such wait. When amoCRM refuses, what was kept before is put back.

The time at which a scope id was first kept is kept beside it: operators' messages older than
that are never taken for lost ones. Repeating the command does not move it, so that hooks lost just
before are still found, those lost while the integration was away among them.

  --title       name of the channel in the account; the channel's own without it
  --account-id  the account's id in the chat service (amojo_id); without it, the main API is asked
${stageHelp(14)}
Example: npx bridge connect --title 'Telegram' --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, ["title", "account-id", ...stageOptions], ["json"]);
    const givenId = options["account-id"];
    if (givenId !== undefined) checkAccountId(givenId);
    if (options.title === "") throw new BadValue("--title: expected a name");
    const stage = await findStage(options, terminal);
    const account = { accountId: givenId, title: options.title };
    const connection = await connectAccount(stage, new StageSecrets(stage), account, {
      now: Date.now,
      sleep: terminal.sleep ?? sleep,
      // On standard error, so that standard output carries only the answer.
      say: (line) => terminal.stderr.write(`${line}\n`),
    });
    const { accountId, scopeId, expectedScopeId, changed, connectedAtMillis } = connection;

    const hooks = addressOf(stage.outputs.WebhookUrl, "/amocrm/");
    const answer = {
      ...nameOf(stage),
      accountId,
      scopeId,
      expectedScopeId,
      changed,
      connectedAt: new Date(connectedAtMillis).toISOString(),
      hookUrl: `${hooks}:scope_id`,
      ownHookUrl: hooks + encodeURIComponent(scopeId),
    };
    print(terminal, options.json, answer, [
      `connected: account ${accountId}`,
      `scope id:  ${scopeId} (${changed ? "kept beside the channel secret" : "known already"})`,
      ...(scopeId === expectedScopeId ? [] : [`           ${unexpected(expectedScopeId)}`]),
      `since:     ${answer.connectedAt}`,
      `hook URL:  ${answer.hookUrl} (give this to amoCRM support, :scope_id as it stands)`,
      `           ${answer.ownHookUrl} (what amoCRM makes of it for this account)`,
    ]);
    return 0;
  },
};
