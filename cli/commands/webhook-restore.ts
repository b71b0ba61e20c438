import { BadValue } from "../command.ts";
import type { Terminal } from "../command.ts";
import { readSecret } from "../input.ts";
import { print, printableAddress } from "../output.ts";
import { commandOn, nameOf } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import type { Former } from "../telegram/former.ts";
import { planRestoration, restore } from "../telegram/restore.ts";
import type { Restoration } from "../telegram/restore.ts";
import { menuLine } from "../telegram/take-over.ts";
import type { Claim } from "../telegram/take-over.ts";

/** `bridge webhook restore`: gives a bot back the webhook and menu that the bridge replaced. */
export async function restoreWebhook(
  claim: Claim,
  secretToken: string | undefined,
  { "dry-run": isDryRun, json }: { readonly "dry-run": boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<void> {
  const { stage } = claim;
  const plan = await planRestoration(claim, secretToken);
  if (!isDryRun) await restore(claim, plan, secretToken);

  const { former, webhook } = plan;
  const hasSecretToken = secretToken !== undefined;
  const answer = { ...nameOf(stage), dryRun: isDryRun, webhook, ...factsOfFormer(former) };
  const isLeft = !isDryRun && (webhook === "set" || webhook === "delete");
  print(terminal, json, { ...answer, hasSecretToken }, [
    isDryRun ? "Nothing was changed. This would be restored:" : "Restored:",
    `webhook  ${webhookLine(plan)}`,
    `menu     ${menuLine(commandsOf(former))}${plan.menus.length === 0 ? ", which the bot already has" : ""}`,
    ...notes(plan, hasSecretToken).map((note) => `note     ${note}`),
    ...(isLeft ? [whatNow(stage)] : []),
  ]);
}

/** The secret token of the former webhook, from a file or standard input. */
export async function readSecretToken(
  given: { readonly "secret-file"?: string; readonly "secret-stdin": boolean },
  terminal: Terminal,
): Promise<string | undefined> {
  const { "secret-file": file, "secret-stdin": isPiped } = given;
  if (file === undefined && !isPiped) return undefined;
  const value = (await readSecret(file, terminal)).toString("utf8");
  if (/^[A-Za-z0-9_-]{1,256}$/.test(value)) return value;
  throw new BadValue("--secret-file: expected 1-256 characters of A-Z a-z 0-9 _ -");
}

/** The stored facts about a bot, safe to print. */
export function factsOfFormer(former: Former) {
  const { keptAtMillis, webhook } = former;
  return {
    formerUrl: webhook === undefined ? null : printableAddress(webhook.url),
    formerCommands: commandsOf(former),
    keptAt: new Date(keptAtMillis).toISOString(),
  };
}

/** The same in one line. */
export function lineOfFormer(former: Former): string {
  const { formerUrl, formerCommands, keptAt } = factsOfFormer(former);
  const url = formerUrl === "" ? "no webhook" : formerUrl;
  const menu = `menu ${menuLine(formerCommands)}`;
  return [...(url === null ? [] : [url]), menu, `of ${keptAt}`].join(", ");
}

function commandsOf({ menus }: Former): readonly string[] {
  const names = Object.values(menus).flatMap((menu) => menu.map(({ command }) => command));
  return [...new Set(names)];
}

function webhookLine({ former: { webhook: former }, webhook: how }: Restoration): string {
  if (former === undefined)
    return "this bridge's webhook stays: only the menu belonged to another program";
  if (former.url === "") return "none, as before: a program can read updates by getUpdates";
  const address = printableAddress(former.url);
  if (how === "leave") return `${address}, which the bot already has; its secret token stays`;
  const kinds = former.allowedUpdates.join(", ") || "Telegram's default";
  return `${address}, allowed updates: ${kinds}`;
}

/** Notes about the facts of a webhook that Telegram does not report. The restore cannot give them back. */
function notes({ former, webhook: how }: Restoration, hasSecretToken: boolean): readonly string[] {
  if (how !== "set" || former.webhook === undefined) return [];
  const { hasOwnCertificate, ipAddress } = former.webhook;
  const ownSet = "until the program sets its webhook itself";
  return [
    hasSecretToken
      ? "with the given secret token"
      : `without a secret token (--secret-file), because Telegram does not report the old secret_token: a program that checks it refuses every update ${ownSet}`,
    ...(hasOwnCertificate
      ? [`without the webhook's own certificate, because Telegram does not report it: ${ownSet}`]
      : []),
    ...(ipAddress === undefined
      ? []
      : [
          `Telegram called it at ${ipAddress}; it does not report whether this address was set (ip_address)`,
        ]),
  ];
}

function whatNow(stage: Stage): string {
  const leave = commandOn(stage, "disconnect");
  const again = commandOn(stage, "webhook set --take-over");
  return `The bridge receives nothing from Telegram now, and its alarm WebhookTakenAway starts within the hour. To leave it so, disconnect the bridge from amoCRM with ${leave}. To take the bot over again, use ${again}.`;
}
