import { describe, expect, test } from "@jest/globals";
import { browserPath, useShownRun } from "./page.ts";

const suite = browserPath === undefined ? describe.skip : describe;

suite("the page", () => {
  const shown = useShownRun();

  test("opens in the browser's language, and keeps a person's choice after a reload", async () => {
    const page = await shown.open({ locale: "ru-RU" });
    await page.getByRole("heading", { level: 1, name: "Мост на этом компьютере" }).waitFor();
    await page.getByLabel("Язык").selectOption("en");
    await page.reload();

    await page.getByRole("heading", { level: 1, name: "The bridge on this machine" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
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
