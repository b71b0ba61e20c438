import { describe, expect, test } from "@jest/globals";
import { browserPath, useShownRun } from "./page.ts";

const suite = browserPath === undefined ? describe.skip : describe;
const chats = 100;
const messagesEach = 10;

/** Scrolls each part for 120 frames, and notes tasks over 50 ms, as the browser counts them. */
const scrolling = `(async () => {
  const longTasks = [];
  new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  ).observe({ type: "longtask" });
  const parts = document.querySelectorAll("main > section, [role=log]");
  let count = 0;
  for (; count < 120; count += 1) {
    for (const part of parts) part.scrollBy(0, count < 60 ? 40 : -40);
    await new Promise((drawn) => requestAnimationFrame(drawn));
  }
  return { count, longTasks };
})()`;

suite("the page with 1,000 messages in 100 chats", () => {
  const shown = useShownRun();

  test("stays usable: it draws only what is shown, scrolls frame by frame, and finds a customer", async () => {
    const { telegram, amocrm } = shown.run;
    const customers = Array.from({ length: chats }, (_each, index) => 5000 + index);
    await Promise.all(
      customers.map(async (id) => {
        for (let number = 1; number <= messagesEach; number += 1) {
          const names = { first_name: `Customer ${id}` };
          await telegram?.customerSays({ id, ...names }, `Message ${number}`);
        }
      }),
    );
    const page = await shown.open();
    await page.getByRole("article").first().waitFor();
    for (;;) {
      if (
        (amocrm?.messages() ?? []).filter(({ direction }) => direction === "customer").length >=
        chats * messagesEach
      )
        break;
      await page.waitForTimeout(500);
    }
    await page.getByText("Lost 0, out of order 0.").waitFor();

    const articles = await page.getByRole("article").count();
    expect(articles).toBeLessThanOrEqual(4 * messagesEach);
    const frames = await page.evaluate<{ count: number; longTasks: number[] }>(scrolling);
    process.stderr.write(
      `1,000 messages: ${articles} articles drawn; ${frames.count} frames scrolled, ${frames.longTasks.length} tasks over 50 ms, the longest ${Math.round(Math.max(0, ...frames.longTasks))} ms\n`,
    );

    await page.getByLabel("The customer's phone").getByRole("searchbox").fill("Customer 5042");
    await page
      .getByRole("button", { name: /Customer 5042/ })
      .first()
      .click();
    await page
      .getByLabel("Messages of Customer 5042")
      .getByText("Message 10", { exact: true })
      .waitFor();
  }, 900_000);
});
