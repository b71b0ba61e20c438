import { describe, expect, test } from "@jest/globals";
import { browserPath, useShownRun } from "./page.ts";

const suite = browserPath === undefined ? describe.skip : describe;
const conversation = "tg-1000000001-42";

suite("the way between", () => {
  const shown = useShownRun();

  test("a message's way opens by keyboard, hop by hop, and closes", async () => {
    const page = await shown.open();
    await shown.run.telegram?.customerSays({ id: 42, first_name: "Anna" }, "Hello");
    const row = page.getByRole("button", { name: /to the operator Anna sent/ });
    await row.focus();
    await page.keyboard.press("Enter");

    const way = page
      .getByRole("region", { name: "Messages on their way" })
      .getByRole("list")
      .last();
    await way.getByText("after the webhook took it").waitFor();
    const lines = await way.getByRole("listitem").allInnerTexts();
    expect(lines[0]).toMatch(/Telegram's webhook\s+accepted the message in \d+ ms/);
    expect(lines.join("\n")).toMatch(/sender\s+took it from the queue to-amocrm/);
    expect(lines.join("\n")).toMatch(/sender\s+amoCRM POST new_message: 200 after \d+ ms/);
    expect(lines.join("\n")).toMatch(/sender\s+done, [\d.]+ s after the webhook took it/);
    expect(lines.join("\n")).toMatch(/ledger\s+sent/);
    await page.keyboard.press("Enter");
    expect(await row.getAttribute("aria-expanded")).toBe("false");
  });

  test("a wrong secret: amoCRM's hooks are refused, and accepted again with the right one", async () => {
    const page = await shown.open();
    const { amocrm } = shown.run;
    const button = page.getByRole("button", { name: "Wrong secret" });
    const isOn = (on: boolean) => page.getByRole("button", { name: "Wrong secret", pressed: on });
    await button.click();
    await isOn(true).waitFor();
    const refused = await amocrm?.operatorSays(conversation, "Refused");
    const beside = page.getByRole("region", { name: "Beside the messages" });
    await beside.getByText("refused a hook with a wrong signature").waitFor();
    await page.getByText("not accepted yet").first().waitFor();
    await button.click();
    await isOn(false).waitFor();

    expect(refused?.status).toBe(401);
    expect((await amocrm?.operatorSays(conversation, "Accepted"))?.status).toBe(200);
  });

  test.each([
    { width: 390, locale: "en-US" },
    { width: 390, locale: "ru-RU" },
    { width: 1000, locale: "ru-RU" },
  ])("nothing is wider than a screen of $width in $locale", async ({ width, locale }) => {
    const page = await shown.open({ locale, viewport: { width, height: 800 } });
    await page.locator(".events li").first().waitFor();

    expect(await page.locator(".way").evaluate((way) => way.scrollWidth - way.clientWidth)).toBe(0);
    for (const summary of await page.locator(".switches summary").all()) await summary.click();
    expect(await page.locator(".way").evaluate((way) => way.scrollWidth - way.clientWidth)).toBe(0);
  });
});
