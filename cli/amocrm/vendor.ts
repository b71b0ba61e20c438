import type { Stage } from "../stage/stage.ts";

/** The vendor of an account, and its pages and words for the work that a person does there. */
export type Vendor = {
  readonly name: "amoCRM" | "Kommo";
  /** The facts that support needs before it registers a chat channel. */
  readonly registrationPage: string;
  /** How to create a long-lived token. */
  readonly tokenPage: string;
  /** The tab of an integration with its id and its tokens. */
  readonly keysTab: string;
  /** The stage of leads that the vendor itself makes of a stranger's message. */
  readonly unsorted: string;
};

const amocrm: Vendor = {
  name: "amoCRM",
  registrationPage: "https://www.amocrm.ru/developers/content/chats/chat-start",
  tokenPage: "https://www.amocrm.ru/developers/content/oauth/step-by-step",
  keysTab: "Ключи и доступы",
  unsorted: "Неразобранное",
};
const kommo: Vendor = {
  name: "Kommo",
  registrationPage: "https://developers.kommo.com/reference/register-channel",
  tokenPage: "https://developers.kommo.com/docs/long-lived-token",
  keysTab: "Keys and scopes",
  unsorted: "Incoming leads",
};

/** The vendor of the account: Kommo at kommo.com, amoCRM elsewhere. */
export function vendorOf({ amocrmOrigin }: Pick<Stage, "amocrmOrigin">): Vendor {
  return new URL(amocrmOrigin).hostname.endsWith(".kommo.com") ? kommo : amocrm;
}

/** Where a person creates a token of the main API, after "create a token". */
export function whereToCreateToken({ keysTab, tokenPage }: Vendor): string {
  return `in the tab "${keysTab}" of the integration (${tokenPage})`;
}

/** A text that names amoCRM, for a person at the account: it names the account's own vendor. */
export function inWordsOf({ name }: Vendor, text: string): string {
  return text.replaceAll("amoCRM", name);
}
