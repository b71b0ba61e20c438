import type { Channel } from "../amocrm/call-channel.ts";
import { findAccountIdFault } from "../amocrm/account-id.ts";
import { accountOfScope, connect, unexpected } from "../amocrm/connection.ts";
import { CommandFailure } from "../command.ts";
import { textOf } from "../secrets/change-field.ts";
import { settleApiToken } from "./api-token-step.ts";
import { askForChannel, findChannel } from "./channel-step.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/** Finds channel and account, connects them, and answers the scope id. */
export async function settleConnection(setup: Setup): Promise<string> {
  const { secrets, given, asker } = setup;
  const kept = await secrets.read("amocrm-channel");
  const keptScope = textOf(kept, "scopeId");
  const ofToken = await settleApiToken(setup, keptScope !== "");
  let channel = await findChannel(setup, kept);
  for (;;) {
    const accountId =
      given.accountId ??
      ofToken ??
      accountOfScope(keptScope, channel.channelId) ??
      (await askForAccountId(setup));
    try {
      return await connectAndSay(setup, channel, accountId);
    } catch (error) {
      if (!(error instanceof CommandFailure) || asker === undefined) throw error;
      sayStep(setup, "connection", error.fault);
      const isWanted = await asker.isYes("Enter the channel's id and secret again?", true);
      if (!isWanted) throw error;
      channel = await askForChannel(asker);
    }
  }
}

async function connectAndSay(setup: Setup, channel: Channel, accountId: string): Promise<string> {
  const { stage, secrets, given } = setup;
  const account = { accountId, title: given.title };
  const waiting = {
    now: setup.now,
    sleep: setup.sleep,
    say: (line: string) => sayStep(setup, "connection", line),
  };
  const connection = await connect(stage, secrets, account, waiting, channel);
  const { scopeId, expectedScopeId, changed } = connection;
  const outcome = changed
    ? "channel, secret and scope id are stored"
    : "was already connected, and is connected again";
  sayStep(setup, "connection", `account ${accountId}: ${outcome}`);
  if (scopeId !== expectedScopeId) {
    sayStep(setup, "connection", `the scope id is ${scopeId}, ${unexpected(expectedScopeId)}`);
  }
  return scopeId;
}

async function askForAccountId({ asker }: Setup): Promise<string> {
  if (asker === undefined) {
    throw new CommandFailure(
      "the amoCRM account is not known: give it with --account-id, or give an API token with --api-token-file F",
    );
  }
  return asker.line({
    ask: "The account's id in the chat service (amojo_id)",
    faultOf: findAccountIdFault,
  });
}
