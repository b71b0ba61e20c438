import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { askerAt } from "../../cli/ask.ts";
import type { Terminal } from "../../cli/command.ts";
import { printableAddress } from "../../cli/output.ts";
import { chooseField, findFieldFault, questionFor } from "../../cli/secrets.ts";
import { TokenRefused } from "../../cli/telegram/bot.ts";
import { vendorAddress } from "../../lambdas/compose/environment.ts";
import { apiOf, folderOf, mostPending } from "./kept-bot.ts";
import type { OwnBot } from "./kept-bot.ts";

const telegram = "https://api.telegram.org";
/** The flags of `npm start` about a real bot. */
export type OwnBotFlags = {
  readonly "token-file"?: string | undefined;
  readonly yes?: string | undefined;
};

/** A real bot that a person has chosen and agreed to. */
export type ChosenBot = OwnBot & {
  readonly username: string;
  readonly link: string;
  /** The webhook that a person has agreed to take away. Empty when the bot had none. */
  readonly agreedUrl: string;
  /** The environment of the run with this bot. */
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Finds the bot by its token and asks whether another program's webhook may be taken away. It changes
 * nothing at Telegram. Throws a sentence for a wrong token and for a bot that must not be taken.
 */
export async function chooseBot(
  flags: OwnBotFlags,
  terminal: Terminal,
  root: string,
): Promise<ChosenBot> {
  const { env } = terminal;
  const token = await readToken(flags["token-file"], terminal);
  const botId = token.split(":", 1)[0] ?? "";
  const apiRoot = env["TELEGRAM_API_ROOT"] || telegram;
  if (!vendorAddress.safeParse(apiRoot).success) {
    throw new Error("TELEGRAM_API_ROOT: expected the address of a Bot API, such as https://….");
  }
  const own = { botId, token, apiRoot, folder: folderOf(root, botId) };
  const bot = apiOf(own);
  const { username } = await bot
    .call((api) => api.getMe())
    .catch((error: unknown) => {
      if (!(error instanceof TokenRefused)) throw error;
      throw new Error(`${error.fault}: copy the bot's present token from @BotFather.`);
    });
  if (flags.yes !== undefined && !isNameOf(username, flags.yes)) {
    throw new Error(`--yes names another bot: the token is of @${username}.`);
  }
  const { url = "", pending_update_count: pending } = await bot.call((api) => api.getWebhookInfo());
  if (url !== "") await agree({ username, url, pending }, flags, terminal);
  const webhookSecret = env["TELEGRAM_WEBHOOK_SECRET"] || randomBytes(24).toString("hex");
  return {
    ...own,
    username,
    agreedUrl: url,
    link: `https://t.me/${username}`,
    environment: {
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: apiRoot,
      TELEGRAM_WEBHOOK_SECRET: webhookSecret,
    },
  };
}

async function readToken(file: string | undefined, terminal: Terminal): Promise<string> {
  const { plan } = chooseField("telegram-bot", "token");
  const check = (token: string, from: string) => {
    const fault = findFieldFault(plan, token);
    if (fault !== undefined) throw new Error(`${from}: ${fault}.`);
    return token;
  };
  if (file !== undefined) return check(await readPrivate(file), "--token-file");
  const given = terminal.env["TELEGRAM_BOT_TOKEN"] ?? "";
  if (given !== "") return check(given, "TELEGRAM_BOT_TOKEN");
  const asker = askerAt(terminal, "Stopped: nothing was changed.");
  if (asker !== undefined) {
    const ask = "Token of your bot, from @BotFather (not shown)";
    return asker.hidden(questionFor("telegram-bot", "token", ask));
  }
  throw new Error(
    "--telegram needs the token of a bot from @BotFather: give it with --token-file F, or in the variable TELEGRAM_BOT_TOKEN.",
  );
}

/** A token that other users of this machine can read is a token that they have. */
async function readPrivate(file: string): Promise<string> {
  const { mode } = await stat(file).catch(() => {
    throw new Error(`--token-file: cannot read the file ${file}.`);
  });
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new Error(`--token-file: other users can read ${file}. Run: chmod 600 ${file}`);
  }
  return (await readFile(file, "utf8")).trim();
}

async function agree(
  found: { readonly username: string; readonly url: string; readonly pending: number },
  { yes }: OwnBotFlags,
  terminal: Terminal,
): Promise<void> {
  const { username, pending } = found;
  const whose = `@${username} is in use: its updates go to ${printableAddress(found.url)}, and ${pending} wait`;
  if (pending > mostPending) {
    throw new Error(
      `${whose}. This run takes a bot over only with at most ${mostPending} waiting updates, because they would all come to this machine. Nothing was changed: make a bot of your own with @BotFather.`,
    );
  }
  if (yes !== undefined) return;
  const asker = askerAt(terminal, "Stopped: nothing was changed.");
  if (asker === undefined) {
    throw new Error(
      `${whose}. Nothing was changed: make a bot of your own with @BotFather, or take this one over with --yes @${username}. Then its program gets nothing until npx bridge webhook restore or the next npm start.`,
    );
  }
  await asker.line({
    ask: `${whose}. While this run has the bot, that program gets nothing. Type the bot's username to take it over, or stop with Ctrl-C`,
    faultOf: (answer) => (isNameOf(username, answer) ? undefined : `expected @${username}`),
  });
}

function isNameOf(username: string, given: string): boolean {
  return given.trim().replace(/^@/, "").toLowerCase() === username.toLowerCase();
}
