import { readFile } from "node:fs/promises";
import { vendorOf } from "../amocrm/vendor.ts";
import type { Vendor } from "../amocrm/vendor.ts";
import { letters } from "./templates.ts";
import type { Filled, LetterLanguage } from "./templates.ts";
import { addressOf } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

/** What the letter needs to know about a bridge, deployed or not. */
export type LetterFacts = Pick<
  Stage,
  "registration" | "amojoOrigin" | "amocrmOrigin" | "mediaDays"
> & {
  /** Base address of the webhooks. Where it is not known yet, the reason. */
  readonly webhooks: { readonly url: string } | { readonly why: string };
};

/** The facts of a deployed bridge. */
export function letterFactsOf(stage: Stage): LetterFacts {
  return { ...stage, webhooks: { url: stage.outputs.WebhookUrl } };
}

/** A letter to amoCRM support, and the work that a person has to do before sending it. */
export type Letter = {
  readonly language: LetterLanguage;
  readonly subject: string;
  /** The whole letter, with subject and attachment at the top. */
  readonly text: string;
  /** The icon to attach: a path inside the repository. */
  readonly attachment: string | undefined;
  /** The facts that the stage does not have, one sentence each. The letter has a blank for each. */
  readonly missing: readonly string[];
};

const mostIconBytes = 100_000;
const repository = new URL("../../", import.meta.url);
const blank = "__________";

/** The settings behind the blanks. */
function missingSettings({ name, keysTab }: Vendor): readonly string[] {
  return [
    "serviceName: the name customers' chats are shown under: Latin letters, a letter first",
    `email: where ${name} writes when the channel fails`,
    `accountId: the account's number in ${name}`,
    `integrationId: the id of the integration, from its tab "${keysTab}" in ${name}`,
  ].map((setting) => `amocrm.registration.${setting}`);
}

/** Writes the letter of a bridge and checks its icon. By default it uses the language of amoCRM's support. */
export async function writeLetter(
  facts: LetterFacts,
  language = languageOfSupport(facts),
): Promise<Letter> {
  const { registration, webhooks } = facts;
  const vendor = vendorOf(facts);
  const filled: Filled = {
    serviceName: blank,
    accountId: blank,
    email: blank,
    integrationId: blank,
    icon: blank,
    ...registration,
    hookUrl: addressOf("url" in webhooks ? webhooks.url : `https://${blank}`, "/amocrm/:scope_id"),
    accountAddress: facts.amocrmOrigin,
    mediaDays: facts.mediaDays,
    asksForLargestFile: vendor.name === "Kommo",
  };
  const text = letters[language](filled);
  const [, subject = ""] = /: (.*)/.exec(text) ?? [];
  return {
    language,
    subject,
    text,
    attachment: registration?.icon,
    missing: [
      ...(registration === undefined
        ? missingSettings(vendor)
        : await iconFaults(registration.icon)),
      ...("why" in webhooks ? [webhooks.why] : []),
      ...addressFaults(filled.hookUrl, facts.amojoOrigin, vendor),
    ],
  };
}

/** The hook may use plain http only where amoCRM's address does too: then both are on this machine. */
function addressFaults(hookUrl: string, amojoOrigin: string, { name }: Vendor): readonly string[] {
  if (hookUrl.startsWith("https:") || amojoOrigin.startsWith("http:")) return [];
  return [`${hookUrl}: ${name} calls https addresses only, and this one is of this machine`];
}

/** The language of amoCRM's support. Kommo's support reads English. */
export function languageOfSupport(stage: Pick<Stage, "amocrmOrigin">): LetterLanguage {
  return vendorOf(stage).name === "Kommo" ? "en" : "ru";
}

/** Says where to add the missing facts of a letter. Undefined when the letter is complete. */
export function incompleteness({ missing }: Letter): string | undefined {
  if (missing.length === 0) return undefined;
  const lines = missing.map((each) => `\n  ${each}`).join("");
  return `the letter is not complete: fill in infra/stages.ts, there is no need to deploy again${lines}`;
}

async function iconFaults(path: string): Promise<readonly string[]> {
  const setting = "amocrm.registration.icon";
  const bytes = await readFile(new URL(path, repository)).catch(() => undefined);
  if (bytes === undefined) return [`${setting}: there is no file ${path} in the repository`];
  if (bytes.length > mostIconBytes) return [`${setting}: ${path} has more than 100 KB`];
  return bytes.includes("<svg") ? [] : [`${setting}: ${path} is no SVG file`];
}
