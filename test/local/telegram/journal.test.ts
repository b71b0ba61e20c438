import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Journal } from "../../../local/telegram/journal.ts";

const update = (id: number, text = `words ${id}`) => ({
  update_id: id,
  message: { chat: { id: 1 }, text },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bridge-journal-"));
});
afterEach(() => rm(folder, { recursive: true }));

const files = () => readdir(join(folder, "updates"));
/** Ends this run and opens the journal as the next one does. */
const reopened = async (journal: Journal) => {
  await journal.close();
  return Journal.open(folder);
};
const ids = (journal: Journal) => journal.left().map(({ update_id: id }) => id);

describe("the journal of a real bot's updates", () => {
  test("keeps updates with all their fields for the next run, in their order", async () => {
    const first = await Journal.open(folder);
    await first.add([update(9), update(10)]);
    await first.add([update(7)]);

    const next = await reopened(first);

    expect(next.left()).toEqual([update(9), update(10), update(7)]);
    await next.close();
  });

  test("answers only the updates that it did not have", async () => {
    const journal = await Journal.open(folder);
    await journal.add([update(1)]);
    await journal.end(1);

    expect(await journal.add([update(1), update(2)])).toEqual([update(2)]);
    expect(await files()).toHaveLength(2);
    await journal.close();
  });

  test("forgets the words of an ended update at once, and knows its id until Telegram confirms it", async () => {
    const first = await Journal.open(folder);
    await first.add([update(1, "secret words"), update(2)]);
    await first.end(1);

    const [file = ""] = await files();
    expect(await readFile(join(folder, "updates", file), "utf8")).toBe("");
    const next = await reopened(first);
    expect([ids(next), next.has(1)]).toEqual([[2], true]);

    await next.confirmAllBut(new Set([1]));
    expect(next.has(1)).toBe(true);
    await next.confirmAllBut(new Set());
    expect([ids(next), next.has(1), (await files()).length]).toEqual([[2], false, 1]);
    await next.close();
  });

  test("keeps an update that Telegram has confirmed and that has not ended", async () => {
    const journal = await Journal.open(folder);
    await journal.add([update(1)]);

    await journal.confirmAllBut(new Set());

    const next = await reopened(journal);
    expect(ids(next)).toEqual([1]);
    await next.close();
  });

  test("drops half a file of a run that died while it wrote, because Telegram still has that update", async () => {
    const journal = await Journal.open(folder);
    await journal.add([update(1)]);
    await writeFile(join(folder, "updates", "000000000002-2.json.half"), '{"update_id":2,"mes');

    const next = await reopened(journal);

    expect(ids(next)).toEqual([1]);
    expect(await files()).toHaveLength(1);
    await next.close();
  });

  test("only its owner can read it", async () => {
    const journal = await Journal.open(folder);
    await journal.add([update(1)]);

    const [file = ""] = await files();
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    expect(await modeOf(join(folder, "updates", file))).toBe(0o600);
    expect(await modeOf(join(folder, "updates"))).toBe(0o700);
    await journal.close();
  });

  test("is one run's: a second one is refused, and the file of a dead run stops nobody", async () => {
    const journal = await Journal.open(folder);

    await expect(Journal.open(folder)).rejects.toThrow(`process ${process.pid}`);

    await journal.close();
    // No process has this id: it is above the largest one that Linux gives.
    await writeFile(join(folder, "run.pid"), "4194305");
    await (await Journal.open(folder)).close();
    expect(await readdir(folder)).toEqual(["updates"]);
  });
});
