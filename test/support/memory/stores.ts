import type {
  BodyStore,
  DeepLink,
  DeepLinks,
  DeepLinkUse,
  StoredBody,
  ContactMarks,
  ConversationStore,
  KnownChats,
  LeadLocks,
  LeadWork,
  EchoMemory,
  FailedAttempts,
  PauseStore,
  StoredPause,
  PieceForm,
  ShownPieces,
  Exchange,
  Transcript,
} from "../../../lambdas/model/stores.ts";
import type {
  CaretakerFindings,
  CaretakerReports,
} from "../../../lambdas/model/caretaker-report.ts";
import type { DueWaits, Wait, WaitList } from "../../../lambdas/model/stores.ts";
import { contactMarkMillis } from "../../../lambdas/model/conversation.ts";
import type { Conversation, PauseName } from "../../../lambdas/model/conversation.ts";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { FailedAttempt } from "../../../lambdas/model/ledger.ts";
import { randomBytes } from "node:crypto";
import type { MediaStore, OpenedFile } from "../../../lambdas/model/messenger.ts";
import { wholeFile } from "../../../lambdas/http/file-pieces.ts";
import { servedFile } from "../../../lambdas/http/served-file.ts";
import type { ServedFile } from "../../../lambdas/http/served-file.ts";

/** The list of waits in memory, for tests and simulation. */
export class MemoryWaits implements WaitList, DueWaits {
  readonly #waits = new Map<string, { readonly wait: Wait; readonly dueAtMillis: number }>();

  async put(wait: Wait, dueAtMillis: number): Promise<void> {
    this.#waits.set(wait.conversationId, { wait, dueAtMillis });
  }

  async remove({ conversationId, sinceMillis }: Wait): Promise<void> {
    if (this.#waits.get(conversationId)?.wait.sinceMillis !== sinceMillis) return;
    this.#waits.delete(conversationId);
  }

  async due(nowMillis: number, limit: number): Promise<readonly Wait[]> {
    return [...this.#waits.values()]
      .filter(({ dueAtMillis }) => dueAtMillis <= nowMillis)
      .toSorted((one, other) => one.dueAtMillis - other.dueAtMillis)
      .slice(0, limit)
      .map(({ wait }) => wait);
  }
}

/** Large bodies in memory, for tests and simulation. */
export class MemoryBodyStore implements BodyStore {
  readonly #objects = new Map<string, Uint8Array>();

  async put({ key, bytes }: StoredBody): Promise<void> {
    this.#objects.set(key, bytes);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#objects.get(key);
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
  }

  /** The stored bodies; for assertions. */
  keys(): readonly string[] {
    return [...this.#objects.keys()];
  }
}

/** The report in memory, for tests. */
export class MemoryCaretakerReports implements CaretakerReports {
  report: Readonly<Record<string, unknown>> = {};

  async merge(findings: CaretakerFindings): Promise<void> {
    const merged = Object.entries({ ...this.report, ...findings });
    this.report = Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }
}

type Mark = {
  readonly conversationId: string;
  readonly sinceMillis: number;
  readonly isShared: boolean;
  readonly untilMillis: number;
};

/** Marks of names in memory, for tests and simulation. */
export class MemoryContactMarks implements ContactMarks {
  readonly #marks = new Map<string, Mark>();

  async mark(name: string, conversationId: string, nowMillis: number): Promise<void> {
    const known = this.#marks.get(name);
    const untilMillis = nowMillis + contactMarkMillis;
    if (known === undefined || known.untilMillis < nowMillis) {
      const alone = { conversationId, sinceMillis: nowMillis, isShared: false, untilMillis };
      this.#marks.set(name, alone);
      return;
    }
    const isShared = known.isShared || known.conversationId !== conversationId;
    this.#marks.set(name, { ...known, isShared, untilMillis });
  }

  async aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined> {
    const mark = this.#marks.get(name);
    const isAlone = mark?.conversationId === conversationId && !mark.isShared;
    return isAlone ? mark.sinceMillis : undefined;
  }
}

type Lock = LeadWork & { readonly owner: string; readonly leaseUntilMillis: number };

/** The making of leads in memory, for tests and simulation. */
export class MemoryLeadLocks implements LeadLocks {
  readonly #locks = new Map<number, Lock>();
  #turn = 0;

  async claim(
    contactId: number,
    owner: string,
    { nowMillis, untilMillis }: { readonly nowMillis: number; readonly untilMillis: number },
  ): Promise<LeadWork | { readonly busyUntilMillis: number }> {
    const held = this.#locks.get(contactId);
    if (held !== undefined && held.leaseUntilMillis >= nowMillis) {
      return { busyUntilMillis: held.leaseUntilMillis };
    }
    const claimed = { lostAnswers: 0, ...held, owner, leaseUntilMillis: untilMillis };
    this.#locks.set(contactId, claimed);
    const { owner: _, leaseUntilMillis: __, ...work } = claimed;
    return work;
  }

  async record(contactId: number, owner: string, work: LeadWork): Promise<boolean> {
    const held = this.#locks.get(contactId);
    if (held?.owner !== owner) return false;
    this.#locks.set(contactId, { ...held, ...work });
    return true;
  }

  async release(contactId: number, owner: string): Promise<void> {
    const held = this.#locks.get(contactId);
    if (held?.owner === owner) this.#locks.set(contactId, { ...held, leaseUntilMillis: 0 });
  }

  async nextTurn(): Promise<number> {
    this.#turn += 1;
    return this.#turn - 1;
  }
}

/** Deep links in memory, for tests and simulation. */
export class MemoryDeepLinks implements DeepLinks {
  readonly #uses = new Map<string, DeepLinkUse>();

  async keep(payload: string): Promise<void> {
    this.#uses.set(payload, this.#uses.get(payload) ?? {});
  }

  async find(payload: string): Promise<DeepLinkUse | undefined> {
    return this.#uses.get(payload);
  }

  async useUp(payload: string, _link: DeepLink, conversationId: string): Promise<boolean> {
    const use = this.#uses.get(payload) ?? {};
    if (use.revokedAtMillis !== undefined) return false;
    if ((use.usedBy ?? conversationId) !== conversationId) return false;
    this.#uses.set(payload, { ...use, usedBy: conversationId });
    return true;
  }

  /** What a person does with `bridge link revoke`. */
  async revoke(payload: string, revokedAtMillis: number): Promise<void> {
    this.#uses.set(payload, { ...this.#uses.get(payload), revokedAtMillis });
  }
}

/** Chat mappings in memory, for tests and simulation. */
export class MemoryConversationStore implements ConversationStore, KnownChats {
  readonly #conversations = new Map<string, Conversation>();

  async find(conversationId: string): Promise<Conversation | undefined> {
    return this.#conversations.get(conversationId);
  }

  async conversationOf(amojoChatId: string): Promise<string | undefined> {
    const all = [...this.#conversations.values()];
    return all.find((conversation) => conversation.amojoChatId === amojoChatId)?.conversationId;
  }

  async update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void> {
    const known = this.#conversations.get(conversationId);
    this.#conversations.set(conversationId, { ...known, ...changes, conversationId });
  }
}

/** The bridge's own messages in amoCRM, in memory; for tests and simulation. */
export class MemoryEchoMemory implements EchoMemory {
  readonly #ours = new Set<string>();

  async remember(amocrmMessageId: string): Promise<void> {
    this.#ours.add(amocrmMessageId);
  }

  async has(amocrmMessageId: string): Promise<boolean> {
    return this.#ours.has(amocrmMessageId);
  }
}

/** Files in memory, for tests and simulation. */
export class MemoryMediaStore implements MediaStore {
  readonly #files = new Map<string, ServedFile & { readonly bytes: Buffer }>();
  readonly #baseUrl: string;
  readonly #random: (size: number) => Buffer;

  /** `random` makes the bytes of a path. Tests that need the same paths again give it. */
  constructor(baseUrl: string, random: (size: number) => Buffer = randomBytes) {
    this.#baseUrl = baseUrl;
    this.#random = random;
  }

  async keep(file: OpenedFile & { readonly fileName: string | undefined }): Promise<string> {
    const bytes = await wholeFile(file);
    const served = servedFile(file, this.#random(32));
    this.#files.set(served.path, { ...served, bytes });
    return served.path;
  }

  addressOf(path: string): string {
    return `${this.#baseUrl}/${path}`;
  }

  /** The file under a path, and how it would be served. */
  find(path: string): (ServedFile & { readonly bytes: Buffer }) | undefined {
    return this.#files.get(path);
  }
}

/** Pauses in memory, for tests and simulation. */
export class MemoryPauseStore implements PauseStore {
  readonly #pauses = new Map<PauseName, StoredPause>();

  async load(name: PauseName): Promise<StoredPause> {
    return this.#stored(name);
  }

  async save({ pause, version }: StoredPause): Promise<boolean> {
    if (this.#stored(pause.name).version !== version) return false;
    this.#pauses.set(pause.name, { pause, version: version + 1 });
    return true;
  }

  #stored(name: PauseName): StoredPause {
    const nothing = { name, untilMillis: 0, signs: [] };
    return this.#pauses.get(name) ?? { pause: nothing, version: 0 };
  }
}

/** The pieces of messages, in memory; for tests and simulation. */
export class MemoryShownPieces implements ShownPieces {
  readonly #edits = new Map<string, string>();
  readonly #pieces = new Map<string, Map<number, PieceForm>>();

  async remember(msgid: string, number: number, form: PieceForm): Promise<void> {
    const known = this.#pieces.get(msgid) ?? new Map<number, PieceForm>();
    this.#pieces.set(msgid, known.set(number, form));
  }

  async rememberEdit(msgid: string, number: number, words: string): Promise<void> {
    this.#edits.set(`${msgid}.${number}`, words);
  }

  async isLastEdit(msgid: string, number: number, words: string): Promise<boolean> {
    return this.#edits.get(`${msgid}.${number}`) === words;
  }

  async of(msgid: string): Promise<ReadonlyMap<number, PieceForm>> {
    return new Map(this.#pieces.get(msgid));
  }
}

/** Transcripts in memory, for tests and simulation. */
export class MemoryTranscript implements Transcript {
  readonly #exchanges = new Map<string, Exchange>();

  async put(conversationId: string, number: number, exchange: Exchange): Promise<void> {
    this.#exchanges.set(`${conversationId}:${number}`, exchange);
  }

  async get(conversationId: string, numbers: readonly number[]): Promise<readonly Exchange[]> {
    return numbers.flatMap((number) => this.#exchanges.get(`${conversationId}:${number}`) ?? []);
  }
}

/** The last failed attempts in memory, for tests and simulation. */
export class MemoryFailedAttempts implements FailedAttempts {
  readonly last = new Map<Direction, FailedAttempt>();

  async note(direction: Direction, failed: FailedAttempt): Promise<void> {
    this.last.set(direction, failed);
  }
}
