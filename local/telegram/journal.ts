import { closeSync, openSync, writeSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { parseJson } from "../http.ts";

/** An update of Telegram, with all its fields. */
export type Update = { readonly update_id: number } & Readonly<Record<string, unknown>>;

const updateSchema = z.looseObject({ update_id: z.int() });

type Entry = {
  readonly file: string;
  /** Undefined when the update has ended and only its confirmation at Telegram is unknown. */
  update: Update | undefined;
};

/**
 * The updates that a run has taken from Telegram, one file each. An update is in its file before Telegram
 * hears that the run has it, and its text leaves the disk when its event has ended. A file without text
 * stays until Telegram has confirmed the update: without it, the next run would take the update once more.
 */
export class Journal {
  readonly #folder: string;
  readonly #entries = new Map<number, Entry>();
  readonly #unlock: () => Promise<void>;
  #lastNumber = 0;

  private constructor(folder: string, unlock: () => Promise<void>) {
    this.#folder = folder;
    this.#unlock = unlock;
  }

  /** Opens the journal of a bot, with what an earlier run has left. Throws while another run has it open. */
  static async open(botFolder: string): Promise<Journal> {
    const folder = join(botFolder, "updates");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const journal = new Journal(folder, await lock(botFolder));
    for (const file of (await readdir(folder)).sort()) await journal.#read(file);
    return journal;
  }

  /** The updates that have not ended, in the order in which Telegram gave them. */
  left(): readonly Update[] {
    return [...this.#entries.values()].flatMap(({ update }) => update ?? []);
  }

  /** Whether a run has taken the update from Telegram, and Telegram may not know it. */
  has(updateId: number): boolean {
    return this.#entries.has(updateId);
  }

  /** Keeps updates, and answers those that were not kept before. They are on the disk when it answers. */
  async add(updates: readonly Update[]): Promise<readonly Update[]> {
    const added = updates.filter(({ update_id: id }) => !this.has(id));
    for (const update of added) {
      this.#lastNumber += 1;
      const file = `${String(this.#lastNumber).padStart(12, "0")}-${update.update_id}.json`;
      const half = join(this.#folder, `${file}.half`);
      await writeDurably(half, JSON.stringify(update));
      await rename(half, join(this.#folder, file));
      this.#entries.set(update.update_id, { file, update });
    }
    if (added.length > 0) await syncFolder(this.#folder);
    return added;
  }

  /** Forgets the text of an update whose event has ended. */
  async end(updateId: number): Promise<void> {
    const entry = this.#entries.get(updateId);
    if (entry === undefined) return;
    entry.update = undefined;
    await writeDurably(join(this.#folder, entry.file), "");
  }

  /** Notes that Telegram gives no update again except these. */
  async confirmAllBut(unconfirmed: ReadonlySet<number>): Promise<void> {
    for (const [id, { file, update }] of this.#entries) {
      if (unconfirmed.has(id) || update !== undefined) continue;
      await rm(join(this.#folder, file), { force: true });
      this.#entries.delete(id);
    }
  }

  /** Lets another run open the journal. */
  async close(): Promise<void> {
    await this.#unlock();
  }

  async #read(file: string): Promise<void> {
    const [, number, id] = /^(\d+)-(\d+)\.json$/.exec(file) ?? [];
    const path = join(this.#folder, file);
    // Half a file is from a run that died while it wrote. Telegram still has that update.
    if (number === undefined || id === undefined) return rm(path, { force: true });
    this.#lastNumber = Math.max(this.#lastNumber, Number(number));
    const text = await readFile(path, "utf8");
    const update = text === "" ? undefined : updateSchema.parse(parseJson(text));
    this.#entries.set(Number(id), { file, update });
  }
}

/** Writes a file that only its owner may read, and waits until it is on the disk. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until the names of a folder's files are on the disk. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The process that has a bot's journal open. Undefined when no living one has. */
export async function holderOf(botFolder: string): Promise<number | undefined> {
  const pid = Number(await readFile(lockFile(botFolder), "utf8").catch(() => ""));
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive, too.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return undefined;
  }
  return pid;
}

async function lock(botFolder: string): Promise<() => Promise<void>> {
  const holder = await holderOf(botFolder);
  if (holder !== undefined) {
    throw new Error(
      `Another run with this bot is in progress (process ${holder}): stop it first, because two runs would take each other's messages. If that process is no bridge, delete ${lockFile(botFolder)}.`,
    );
  }
  const path = lockFile(botFolder);
  await rm(path, { force: true });
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
  } catch (error) {
    throw new Error("Another run with this bot starts at this moment: stop it first.", {
      cause: error,
    });
  }
  return () => rm(path, { force: true });
}

function lockFile(botFolder: string): string {
  return join(botFolder, "run.pid");
}
