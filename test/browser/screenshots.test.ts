import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newCustomer, prepareAccount } from "../../local/demo/account.ts";
import { bubbles, deskChat, phoneChat } from "./acts.ts";
import { browserPath, useShownRun } from "./page.ts";

const suite = browserPath === undefined ? describe.skip : describe;
const wanted = process.env["npm_lifecycle_event"] === "screenshots" ? "docs/images" : undefined;

/** `npm run screenshots` writes them into docs/images. Otherwise the test only sees that they can be made. */
suite("screenshots of the page", () => {
  const shown = useShownRun({ NEW_CUSTOMER: JSON.stringify(newCustomer) });
  let folder = wanted ?? "";
  beforeAll(async () => {
    if (wanted === undefined) folder = await mkdtemp(join(tmpdir(), "bridge-screenshots-"));
    else await mkdir(wanted, { recursive: true });
    const { telegram, amocrm } = shown.run;
    if (amocrm === undefined) throw new Error("no simulators are running");
    await prepareAccount({ amocrm });
    const page = await shown.open();
    const people = [
      { id: 44, first_name: "Marta", text: "Do you ship to Tbilisi?" },
      { id: 43, first_name: "Boris", text: "Is the red one in stock?" },
      { id: 42, first_name: "Anna", text: "When will my order arrive?" },
    ];
    for (const { text, ...person } of people) {
      await telegram?.customerSays({ ...person, language_code: "en" }, "/start instagram");
      await telegram?.customerSays({ ...person, language_code: "en" }, text);
    }
    await page.getByLabel("The operator's desk").getByText("Anna").first().click();
    await bubbles(deskChat(page), "When will my order arrive?").waitFor();
    await amocrm.operatorSays("tg-1000000001-42", "Good morning, Anna! Today, before six.");
    await bubbles(phoneChat(page), "Today, before six.").waitFor();
    await page.close();
  });
  afterAll(async () => {
    if (wanted === undefined && folder !== "") await rm(folder, { recursive: true });
  });

  test.each([
    { name: "page", width: 1440, height: 900, locale: "en-US", colorScheme: "light" },
    { name: "page-ru", width: 1440, height: 900, locale: "ru-RU", colorScheme: "dark" },
  ] as const)("$name.png", async ({ name, width, height, ...options }) => {
    const page = await shown.open({ viewport: { width, height }, ...options });
    const isRussian = options.locale === "ru-RU";
    const desk = page.getByLabel(isRussian ? "Рабочее место оператора" : "The operator's desk");
    await desk.getByText("Anna").first().click();
    await page.getByText("Today, before six.").first().waitFor();
    await desk.getByText(isRussian ? "Сделка:" : "Lead:").click();
    await desk
      .getByText(isRussian ? "доставлено" : "delivered")
      .first()
      .click();
    await page.getByText("sendMessage").first().waitFor();
    await page.locator(".way").evaluate((way) => way.scrollTo(0, 0));
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });

    const { size } = await stat(path);
    expect(size).toBeGreaterThan(20_000);
    expect(size).toBeLessThan(400_000);
  });
});
