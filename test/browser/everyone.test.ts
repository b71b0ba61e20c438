import axe from "axe-core";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { bubbles, deskChat, phoneChat } from "./acts.ts";
import { browserPath, useShownRun } from "./page.ts";

const suite = browserPath === undefined ? describe.skip : describe;

suite("the page is for everyone", () => {
  const shown = useShownRun();
  beforeAll(async () => {
    const { telegram, amocrm } = shown.run;
    const anna = { id: 42, first_name: "Anna", username: "anna_p" };
    await telegram?.customerSays(anna, "When will my order arrive?");
    const page = await shown.open();
    await bubbles(deskChat(page), "When will my order arrive?").waitFor();
    await amocrm?.operatorSays("tg-1000000001-42", "Today, before six.");
    await bubbles(phoneChat(page), "Today, before six.").waitFor();
    await page.close();
  });

  test.each([
    { width: 1440, height: 900, colorScheme: "light", locale: "en-US" },
    { width: 1440, height: 900, colorScheme: "dark", locale: "ru-RU" },
    { width: 390, height: 844, colorScheme: "light", locale: "ru-RU" },
    { width: 390, height: 844, colorScheme: "dark", locale: "en-US" },
  ] as const)(
    "$width px, $colorScheme, $locale: no serious finding of axe, and nothing wider than the screen",
    async ({ width, height, ...options }) => {
      const page = await shown.open({ viewport: { width, height }, ...options });
      await page.getByText("Today, before six.").first().waitFor();
      for (const details of await page.locator("details").all()) {
        await details.evaluate((element: { open?: boolean }) => void (element.open = true));
      }

      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        width,
      );
      expect(await findingsOf(page)).toEqual([]);
    },
  );

  test("a person with a keyboard writes as a customer, answers, and opens the way of a message", async () => {
    const page = await shown.open();
    await page.getByText("Today, before six.").first().waitFor();
    await tabTo(page, "Message to the bot");
    await page.keyboard.type("From the keyboard");
    await page.keyboard.press("Enter");
    await bubbles(deskChat(page), "From the keyboard").waitFor();
    await tabTo(page, "Answer of the operator");
    await page.keyboard.type("Read with the keyboard");
    await page.keyboard.press("Enter");
    await bubbles(phoneChat(page), "Read with the keyboard").waitFor();
    expect(await bubbles(phoneChat(page), "Read with the keyboard").count()).toBe(1);

    await tabTo(page, "Telegram: too many calls");
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Telegram: too many calls", pressed: true }).waitFor();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Telegram: too many calls", pressed: false }).waitFor();
  });

  test("the language and the colours change everything at once", async () => {
    const page = await shown.open();
    await page.getByRole("combobox", { name: "Language", exact: true }).selectOption("ru");

    await page.getByRole("button", { name: "amoCRM не работает" }).waitFor();
    expect(await page.getByLabel("Рабочее место оператора").innerText()).toContain("Сделка");
    expect(await page.getByText("Break it").count()).toBe(0);
  });
});

/** The findings of axe that hinder a person, by rule and place. */
async function findingsOf(page: Page): Promise<readonly string[]> {
  // The page's policy forbids foreign scripts; the debugger's own evaluation is none.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document)");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`));
}

/** Presses Tab until the thing with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 150; press += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    );
    if (focused === name) return;
  }
  throw new Error(`No key press reaches "${name}".`);
}
