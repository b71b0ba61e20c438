import { writeFile } from "node:fs/promises";
import { toBuffer, toString } from "qrcode";
import * as z from "zod/mini";
import { DynamoDeepLinks } from "../../lambdas/aws/deep-links.ts";
import type { KeptDeepLink } from "../../lambdas/aws/deep-links.ts";
import { deepLinkCredentials } from "../../lambdas/compose/credentials.ts";
import { isDeepLinkForm } from "../../lambdas/conversation/deep-link.ts";
import type { DeepLinkKeys } from "../../lambdas/conversation/deep-link.ts";
import { openStores } from "../aws/stores.ts";
import { BadValue, CommandFailure, UsageError } from "../command.ts";
import { timeOf } from "../output.ts";
import { commandToSet } from "../secrets.ts";
import type { SecretStore } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";
import type { Bot } from "../telegram/bot.ts";

/** The deep links in the stage's deliveries table. */
export function openLinks(stage: Stage): DynamoDeepLinks {
  return new DynamoDeepLinks(openStores(stage).deliveries);
}

/** The key of the stage's deep links. */
export async function readKeys(stage: Stage, secrets: SecretStore): Promise<DeepLinkKeys> {
  const keys = z.safeParse(deepLinkCredentials, await secrets.read("deep-link"));
  if (keys.success) return keys.data;
  throw new CommandFailure(
    "the key of deep links is not set",
    `set it with ${commandToSet(stage, "deep-link", "current")}`,
  );
}

/** The beginning of the bot's links, before the payload. */
export async function linkTo(bot: Bot): Promise<(payload: string) => string> {
  const { username } = await bot.call((api) => api.getMe());
  return (payload) => `https://t.me/${username}?start=${payload}`;
}

/** A link as a person names it: by its id, or by the link or its payload. */
export function readName(
  name: string,
): { readonly id: string } | { readonly payload: string; readonly id?: undefined } {
  if (/^[0-9a-f]{16}$/.test(name)) return { id: name };
  const payload = URL.parse(name)?.searchParams.get("start") ?? name;
  if (isDeepLinkForm(payload)) return { payload };
  throw new UsageError("expected a link, or an id that bridge link list prints");
}

/** Whether a link works, and why not. */
export function stateOf(link: KeptDeepLink, nowMillis: number) {
  if (link.revokedAtMillis !== undefined) return "revoked";
  if ((link.expiresAtMillis ?? Number.POSITIVE_INFINITY) <= nowMillis) return "expired";
  return link.usedBy === undefined ? "works" : "used";
}

/** A link in the form of `--json`. */
export function factsOf(kept: KeptDeepLink, link: string, nowMillis: number) {
  const { id, source, campaign, contactId, expiresAtMillis, madeAtMillis, usedBy } = kept;
  return {
    id,
    source,
    campaign,
    contact: contactId ?? null,
    state: stateOf(kept, nowMillis),
    usedBy: usedBy ?? null,
    madeAt: timeOf(madeAtMillis),
    expiresAt: timeOf(expiresAtMillis),
    link,
  };
}

const hourMillis = 3_600_000;
const dayMillis = 24 * hourMillis;
const form = "expected a day such as 2026-12-31, or a number of days such as 30d";

/**
 * The end of a link: the end of a day in UTC, or a number of days from now. A text when the value is
 * wrong: what was expected.
 */
export function readExpiry(value: string, nowMillis: number): number | string {
  const [, days] = /^([1-9][0-9]{0,4})d$/.exec(value) ?? [];
  if (days !== undefined) return nowMillis + Number(days) * dayMillis;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return form;
  const beginMillis = Date.parse(`${value}T00:00:00Z`);
  // A day that no month has, such as 30 February, becomes NaN or another day.
  if (Number.isNaN(beginMillis) || !new Date(beginMillis).toISOString().startsWith(value)) {
    return form;
  }
  const endMillis = beginMillis + dayMillis;
  return endMillis > nowMillis ? endMillis : "expected a day that is not over";
}

/** The pictures that `--qr` writes, by the end of the file's name. */
const pictures: Readonly<Record<string, (text: string) => Promise<string | Buffer>>> = {
  // Ten pixels for each square are enough to print it as large as a hand.
  ".png": (text) => toBuffer(text, { type: "png", scale: 10 }),
  ".svg": (text) => toString(text, { type: "svg" }),
};

/** The fault of a file's name for a QR code. Undefined when it says which picture to write. */
export function findPictureFault(file: string): string | undefined {
  return pictureFor(file) === undefined ? "expected a file that ends with .png or .svg" : undefined;
}

/** Writes the QR code of a link into a file. It replaces a file only with `force`. */
export async function writeQrCode(
  link: string,
  file: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  const draw = pictureFor(file);
  if (draw === undefined) throw new BadValue(`--qr: ${findPictureFault(file)}`);
  await writeFile(file, await draw(link), { flag: force ? "w" : "wx" }).catch(
    ({ code = "" }: NodeJS.ErrnoException) => {
      throw code === "EEXIST"
        ? new CommandFailure(`the file ${file} exists: replace it with --force, or name another`)
        : new CommandFailure(`cannot write the file ${file} (${code})`);
    },
  );
}

/** The QR code for a terminal, in its own black and white. */
export function drawQrCode(link: string): Promise<string> {
  return toString(link, { type: "terminal", small: true });
}

function pictureFor(file: string) {
  return Object.entries(pictures).find(([end]) => file.toLowerCase().endsWith(end))?.[1];
}
