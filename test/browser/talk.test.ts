import { describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { browserPath, useShownRun } from "./page.ts";
import { answers, bubbles, deskChat, phoneChat, writeAsCustomer, writeAsOperator } from "./acts.ts";

const suite = browserPath === undefined ? describe.skip : describe;

suite("a conversation on the page", () => {
  const shown = useShownRun();

  test("goes both ways, and shows the states and the way of each message", async () => {
    const page = await shown.open();
    await page
      .getByRole("button", { name: "New customer" })
      .click()
      .catch(() => undefined);
    await page.getByLabel("First name").fill("Anna");
    await page.getByLabel("Username").fill("anna_p");
    await page.getByLabel("First message").fill("When will my order arrive?");
    await page.getByRole("button", { name: "Open the chat" }).click();
    await bubbles(deskChat(page), "When will my order arrive?").waitFor();
    await bubbles(phoneChat(page), "When will my order arrive?").getByText("in amoCRM").waitFor();

    await writeAsOperator(page, "Today, before six.");
    await bubbles(phoneChat(page), "Today, before six.").waitFor();
    await bubbles(deskChat(page), "Today, before six.").getByText("delivered").waitFor();
    await page.getByText("Lost 0, out of order 0.").waitFor();

    const contact = page.getByText("Contact: Anna");
    await contact.click();
    expect(await page.getByLabel("The operator's desk").innerText()).toContain("anna_p");
    expect(await page.getByLabel("The operator's desk").innerText()).toContain("Telegram: Anna");

    await bubbles(deskChat(page), "Today, before six.").getByText("delivered").click();
    const way = page.getByLabel("The way between");
    await way.getByText("sendMessage").first().waitFor();
    expect(await way.innerText()).toMatch(/accepted the message in \d+ ms/);
  });

  test("is the same after a reload", async () => {
    const page = await shown.open();
    await bubbles(phoneChat(page), "Today, before six.").waitFor();
    const before = await answers(page);
    await page.reload();
    await bubbles(phoneChat(page), "Today, before six.").waitFor();

    expect(await answers(page)).toEqual(before);
  });

  test("carries a picture both ways, and both sides show it", async () => {
    const page = await shown.open();
    await attach(page, "The customer's phone", "Picture");
    await expectPicture(page, "The operator's desk", 1);
    await expectPicture(page, "The customer's phone", 1);
    await attach(page, "The operator's desk", "Picture");
    await expectPicture(page, "The customer's phone", 2);
    await expectPicture(page, "The operator's desk", 2);
  });

  test("carries a voice message that plays on both sides", async () => {
    const page = await shown.open();
    await attach(page, "The customer's phone", "Voice message");
    for (const side of ["The operator's desk", "The customer's phone"]) {
      const sound = page.getByLabel(side).locator("[role=log] audio").last();
      await sound.waitFor();
      expect(await sound.evaluate(play)).toBeGreaterThan(0.5);
    }
  });

  test("carries a file that is dropped on the phone", async () => {
    const page = await shown.open();
    const data = await page.evaluateHandle(
      `(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["a,b"], "order.csv", { type: "text/csv" }));
        return transfer;
      })()`,
    );
    await phoneChat(page).dispatchEvent("drop", { dataTransfer: data });

    await deskChat(page).getByText("order.csv").first().waitFor();
    expect(shown.run.amocrm?.messages().at(-1)?.content["file_name"]).toBe("order.csv");
  });

  test("carries what else a customer sends: each kind reaches the desk", async () => {
    const page = await shown.open();
    const phone = page.getByLabel("The customer's phone");
    for (const kind of [
      "Voice message",
      "Sticker",
      "Location",
      "Contact",
      "Poll",
      "Rich message",
    ]) {
      const before = await deskChat(page).getByRole("article").count();
      await phone.getByRole("button", { name: "Attach" }).click();
      await phone.getByRole("button", { name: kind, exact: true }).click();
      await deskChat(page).getByRole("article").nth(before).waitFor();
    }
    await page.getByText("Lost 0, out of order 0.").waitFor();
    const types = shown.run.amocrm?.messages().map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["voice", "sticker", "location", "contact"]));
  });

  test("shows an edit, an answer with its quote, and reactions of both sides", async () => {
    const page = await shown.open();
    await writeAsCustomer(page, "Is the blue one in stock?");
    await bubbles(deskChat(page), "Is the blue one in stock?").waitFor();

    await actOn(page, phoneChat(page), "Is the blue one in stock?", "Edit");
    await page.getByLabel("Message to the bot").fill("Is the red one in stock?");
    await page.getByLabel("Message to the bot").press("Enter");
    await bubbles(deskChat(page), "Is the red one in stock?").getByText("edited").waitFor();

    await actOn(page, deskChat(page), "Is the red one in stock?", "Reply");
    await writeAsOperator(page, "It is.");
    const answer = bubbles(phoneChat(page), "It is.");
    await answer.getByText("Is the red one in stock?").waitFor();

    await actOn(page, phoneChat(page), "It is.", "React with 👍");
    await bubbles(deskChat(page), "It is.").getByText("👍").waitFor();
    await actOn(page, deskChat(page), "Is the red one in stock?", "React with 🔥");
    await phoneChat(page).getByText("🔥").first().waitFor();
    await page.getByText("Lost 0, out of order 0.").waitFor();
    expect((await answers(page))[1]).toContainEqual(expect.stringContaining("Is the red one"));
  });
});

async function attach(page: Page, side: string, kind: string): Promise<void> {
  const part = page.getByLabel(side);
  await part.getByRole("button", { name: "Attach" }).click();
  await part.getByRole("button", { name: kind, exact: true }).click();
  const send = part.getByRole("button", { name: "Send" });
  if (side !== "The customer's phone" && (await send.isEnabled())) await send.click();
}

/** Plays a sound from its start, and answers its length in seconds. Rejects when it is no sound. */
const play = async (sound: { play(): Promise<void>; readonly duration: number }) => {
  await sound.play();
  return sound.duration;
};

/** What the test reads of a picture in the browser. */
type Picture = {
  readonly complete: boolean;
  readonly naturalWidth: number;
  addEventListener(name: "load", run: (event: unknown) => void): void;
};

/** Waits until a side shows so many pictures, with their pixels. */
async function expectPicture(page: Page, side: string, count: number): Promise<void> {
  const part = page.getByLabel(side);
  await part
    .locator("[role=log] img")
    .nth(count - 1)
    .waitFor();
  const last = part.locator("[role=log] img").nth(count - 1);
  await last.evaluate(
    (image: Picture) =>
      image.complete || new Promise((loaded) => image.addEventListener("load", loaded)),
  );
  expect(await last.evaluate((image: Picture) => image.naturalWidth)).toBeGreaterThan(10);
}

async function actOn(
  page: Page,
  chat: ReturnType<typeof phoneChat>,
  text: string,
  name: string,
): Promise<void> {
  await bubbles(chat, text).getByRole("button", { name: "What to do with this message" }).click();
  await page.getByRole("button", { name, exact: true }).click();
}
