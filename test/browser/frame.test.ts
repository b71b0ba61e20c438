import { describe, expect, test } from "@jest/globals";
import { bubbles, deskChat } from "./acts.ts";
import { browserPath, showRun, useShownRun } from "./page.ts";

const suite = browserPath === undefined ? describe.skip : describe;

suite("the page", () => {
  const shown = useShownRun();

  test("opens in the browser's language, and keeps a person's choice after a reload", async () => {
    const page = await shown.open({ locale: "ru-RU" });
    await page.getByRole("heading", { level: 1, name: "Мост на этом компьютере" }).waitFor();
    await page.getByRole("combobox", { name: "Язык", exact: true }).selectOption("en");
    await page.reload();

    await page.getByRole("heading", { level: 1, name: "The bridge on this machine" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  test("connects to a new run by itself, and shows that run from its beginning", async () => {
    const first = await showRun();
    const page = await first.open();
    await first.run.telegram?.customerSays({ id: 42, first_name: "Anna" }, "To the first run");
    await bubbles(deskChat(page), "To the first run").waitFor();
    await first.end();
    await page.getByText("No run answers.").waitFor();
    const second = await showRun({}, { port: Number(new URL(first.url).port) });
    await second.run.telegram?.customerSays({ id: 43, first_name: "Boris" }, "To the second run");
    await bubbles(deskChat(page), "To the second run").waitFor();

    expect(await page.getByText("To the first run").count()).toBe(0);
    await page.getByText("No run answers.").waitFor({ state: "hidden" });
    await second.close();
    await first.close();
  });

  test("follows the system's colours, and keeps a person's choice", async () => {
    const page = await shown.open({ colorScheme: "dark" });
    await page.getByLabel("Colours").waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.getByLabel("Colours").selectOption("light");
    await page.reload();
    await page.getByLabel("Colours").waitFor();

    expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
  });
});
