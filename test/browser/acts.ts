import type { Locator, Page } from "playwright-core";

/** The messages of the chosen chat, on the phone and on the desk. */
export const phoneChat = (page: Page) => page.getByLabel("The customer's phone").getByRole("log");
export const deskChat = (page: Page) => page.getByLabel("The operator's desk").getByRole("log");

/** The newest message with these words. */
export function bubbles(chat: Locator, text: string): Locator {
  return chat.getByRole("article").filter({ hasText: text }).last();
}

/** The texts of both chats, in their order. */
export async function answers(page: Page): Promise<readonly (readonly string[])[]> {
  const texts = (chat: Locator) => chat.getByRole("article").allInnerTexts();
  return [await texts(phoneChat(page)), await texts(deskChat(page))];
}

/** Writes as the chosen customer. */
export async function writeAsCustomer(page: Page, text: string): Promise<void> {
  await page.getByLabel("Message to the bot").fill(text);
  await page.getByLabel("Message to the bot").press("Enter");
}

/** Answers in the chosen chat. */
export async function writeAsOperator(page: Page, text: string): Promise<void> {
  await page.getByLabel("Answer of the operator").fill(text);
  await page.getByLabel("Answer of the operator").press("Enter");
}
