import { writeFile } from "node:fs/promises";
import { findAccountIdFault } from "../amocrm/call.ts";
import type { Channel } from "../amocrm/call.ts";
import { accountOfScope, connect, unexpected } from "../amocrm/connection.ts";
import { vendorOf } from "../amocrm/vendor.ts";
import type { Vendor } from "../amocrm/vendor.ts";
import type { Asker } from "../ask.ts";
import { CommandFailure } from "../command.ts";
import { incompleteness, letterFactsOf, writeLetter } from "../letter.ts";
import { textOf, questionFor } from "../secrets.ts";
import type { SecretFields } from "../secrets.ts";
import { commandOn } from "../stage/stage.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";
import { settleApiToken } from "./tokens.ts";

/** Finds channel and account, and connects them. */
export async function settleConnection(setup: Setup): Promise<void> {
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

async function connectAndSay(setup: Setup, channel: Channel, accountId: string): Promise<void> {
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
}

async function askForAccountId({ asker, stage }: Setup): Promise<string> {
  if (asker === undefined) {
    throw new CommandFailure(
      `the ${vendorOf(stage).name} account is not known: give it with --account-id, or give an API token with --api-token-file F`,
    );
  }
  return asker.line({
    ask: "The account's id in the chat service (amojo_id)",
    faultOf: findAccountIdFault,
  });
}

/**
 * The channel's id and secret: from options, else the stored ones, else a person types them. Before amoCRM
 * support has answered there are none. Then the step writes the letter to support, and the setup ends.
 */
async function findChannel(setup: Setup, kept: SecretFields): Promise<Channel> {
  const { given, asker } = setup;
  const known = {
    channelId: given.channelId ?? textOf(kept, "channelId"),
    current: given.channelSecret ?? textOf(kept, "current"),
  };
  if (known.channelId !== "" && known.current !== "") return known;
  const { name, registrationPage } = vendorOf(setup.stage);
  const ask = `Has ${name} support sent the channel's id and secret?`;
  if (asker !== undefined && (await asker.isYes(ask, true))) return askForChannel(asker);
  sayStep(setup, "channel", `${name} support has not sent its id and secret yet`);
  const incomplete = await handOutLetter(setup);
  const later = `still missing: the channel's id and secret from ${name} support, which answers one to three working days after the letter (${registrationPage})`;
  const how =
    asker === undefined ? "; give them with --channel-id-file F and --channel-secret-file F" : "";
  const letter = incomplete === undefined ? "" : `\n${incomplete}`;
  throw new CommandFailure(
    `${later}${how}; continue later with ${commandOn(setup.stage, "setup")}${letter}`,
  );
}

/** Asks for both. Nothing is stored before amoCRM has accepted them. */
async function askForChannel(asker: Asker): Promise<Channel> {
  const question = (field: string, ask: string) => questionFor("amocrm-channel", field, ask);
  return {
    channelId: await asker.line(question("channelId", "The channel's id")),
    current: await asker.hidden(question("current", "The channel's secret (not shown)")),
  };
}

/**
 * Writes the letter to amoCRM support into a file or shows it, and answers the facts it lacks. Without
 * a person at the keyboard and without a file, it names the command that writes the letter.
 */
async function handOutLetter(setup: Setup): Promise<string | undefined> {
  const { stage, given, asker } = setup;
  const { name } = vendorOf(stage);
  const letter = await writeLetter(letterFactsOf(stage), given.language);
  const file = given.letterFile ?? (await asker?.line(whereTo(name)));
  if (file === undefined) {
    sayStep(setup, "letter", `${commandOn(stage, "registration-letter")} writes the letter`);
  } else if (file === "") {
    setup.say(`\n${letter.text}`);
  } else {
    await writeFile(file, letter.text).catch((error: NodeJS.ErrnoException) => {
      throw new CommandFailure(
        `the letter cannot be written to ${file} (${error.code ?? "error"})`,
      );
    });
    sayStep(
      setup,
      "letter",
      `written to ${file}; send it to ${name} support with the icon attached`,
    );
  }
  return incompleteness(letter);
}

const whereTo = (vendor: Vendor["name"]) => ({
  ask: `File for the letter to ${vendor} support (leave it empty to show the letter here)`,
  faultOf: () => undefined,
});
