import { connectChannel } from "../amocrm/connect-channel.ts";
import { readAccountId } from "../amocrm/read-account-id.ts";
import { CommandFailure, readOptions, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { print } from "../output.ts";
import { textOf } from "../secrets/change-field.ts";
import { StageSecrets } from "../secrets/secret-store.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import { findStage } from "../stage/find-stage.ts";
import { addressOf, commandOn, nameOf, stageHelp, stageOptions } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

/** `bridge connect`: ties the chat channel to the amoCRM account. */
export const connect: Command = {
  summary: "connect the chat channel to the amoCRM account",
  help: `Usage: bridge connect [--title T] [--account-id A] [--stage S] [--bridge B] [--json]

Connects the channel to the account, keeps the scope id beside the channel's secret and prints the
hook address to give to amoCRM support. May be repeated at will; repeat it after the integration
was installed anew in amoCRM.

The time of the first connection under a scope id is kept beside it: operators' messages older than
that are never taken for lost ones. Repeating the command does not move it, so that hooks lost just
before are still found, those lost while the integration was away among them.

  --title       name of the channel in the account; the channel's own without it
  --account-id  the account's id in the chat service (amojo_id); without it, the main API is asked
${stageHelp}
Example: bridge connect --title 'Telegram' --stage dev --bridge main
`,
  async run(args, terminal) {
    const options = readOptions(args, ["title", "account-id", ...stageOptions], ["json"]);
    const givenId = options["account-id"];
    if (givenId !== undefined) checkAccountId(givenId);
    if (options.title === "") throw new UsageError("--title: expected a name");
    const stage = await findStage(options, terminal);
    const secrets = new StageSecrets(stage);

    const before = await secrets.read("amocrm-channel");
    const channel = {
      channelId: textOf(before, "channelId"),
      current: textOf(before, "current"),
    };
    checkChannel(stage, channel);
    const accountId = givenId ?? (await readAccountId(stage, await readToken(secrets)));
    const account = { accountId, title: options.title };
    const scopeId = await connectChannel(stage, channel, account, new Date());
    const changed = textOf(before, "scopeId") !== scopeId;
    const knownSince = before["connectedAtMillis"];
    const isBoundKept = !changed && Number.isSafeInteger(knownSince);
    const connectedAtMillis = isBoundKept ? Number(knownSince) : Date.now();
    if (!isBoundKept) {
      await secrets.write("amocrm-channel", { ...before, scopeId, connectedAtMillis });
    }

    const hooks = addressOf(stage.outputs.WebhookUrl, "/amocrm/");
    const answer = {
      ...nameOf(stage),
      accountId,
      scopeId,
      changed,
      connectedAt: new Date(connectedAtMillis).toISOString(),
      hookUrl: `${hooks}:scope_id`,
      ownHookUrl: hooks + encodeURIComponent(scopeId),
    };
    print(terminal, options.json, answer, [
      `connected: account ${accountId}`,
      `scope id:  ${scopeId} (${changed ? "kept beside the channel secret" : "known already"})`,
      `since:     ${answer.connectedAt}`,
      `hook URL:  ${answer.hookUrl} (give this to amoCRM support, :scope_id as it stands)`,
      `           ${answer.ownHookUrl} (what amoCRM makes of it for this account)`,
    ]);
    return 0;
  },
};

function checkAccountId(accountId: string): void {
  if (/^\d+$/.test(accountId)) {
    throw new UsageError(
      "--account-id: this is the account's number; expected its amojo_id, such as af9945ff-1490-…",
    );
  }
  if (!/^[A-Za-z0-9-]{1,64}$/.test(accountId)) {
    throw new UsageError("--account-id: expected an amojo_id: letters, digits and hyphens");
  }
}

function checkChannel(stage: Stage, channel: Readonly<Record<string, string>>): void {
  for (const field of ["channelId", "current"]) {
    if (channel[field] !== "") continue;
    const what = field === "current" ? "secret" : "id";
    const set = commandOn(stage, `secret set --name amocrm-channel --field ${field}`);
    throw new CommandFailure(`the channel's ${what} is not set yet: set it with ${set}`);
  }
}

async function readToken(secrets: SecretStore): Promise<string> {
  return textOf(await secrets.read("amocrm-api"), "token");
}
