import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { MediaStore, OpenedFile } from "../../lambdas/model/messenger.ts";

/** A file as the reader of its address gets it. */
type KeptFile = {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
  readonly contentDisposition: string | undefined;
  readonly cacheControl: string | undefined;
};

/** A store under test, and the reader of its files. */
export type MediaStoreBench = {
  readonly store: MediaStore;
  readonly baseUrl: string;
  find(path: string): Promise<KeptFile | undefined>;
  count(): Promise<number>;
};

type Kept = OpenedFile & { readonly fileName: string | undefined };

/** A file that arrives in these pieces. Its declared properties may differ from the real ones. */
export function aFile(pieces: Iterable<Uint8Array>, declared: Partial<Kept> = {}): Kept {
  const all = [...pieces];
  const body = (async function* () {
    for (const piece of all) yield piece;
  })();
  const sizeBytes = all.reduce((sum, piece) => sum + piece.byteLength, 0);
  return { body, sizeBytes, contentType: undefined, fileName: undefined, ...declared };
}

const split = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

/** The contract of every store of customers' files. */
export function describeMediaStore(name: string, create: () => Promise<MediaStoreBench>): void {
  describe(`the media store ${name}`, () => {
    let bench: MediaStoreBench;
    beforeEach(async () => {
      bench = await create();
    });

    test.each([
      { what: "an empty file", size: 0, piece: 1 },
      { what: "one byte", size: 1, piece: 1 },
      { what: "small pieces", size: 100_000, piece: 1000 },
      { what: "pieces of a network's size", size: 300_001, piece: 16_384 },
      { what: "one piece of 20 MB", size: 20_000_000, piece: 20_000_000 },
    ])("keeps every byte: $what", async ({ size, piece }) => {
      const bytes = randomBytes(size);

      const path = await bench.store.keep(aFile(split(bytes, piece)));

      expect((await bench.find(path))?.bytes.equals(bytes)).toBe(true);
    });

    test("keeps every byte of a file of unknown size", async () => {
      const bytes = randomBytes(100_000);

      const path = await bench.store.keep(aFile(split(bytes, 999), { sizeBytes: undefined }));

      expect((await bench.find(path))?.bytes.equals(bytes)).toBe(true);
    });

    test("keeps a file's properties with it", async () => {
      const declared = { contentType: "application/pdf", fileName: "Счёт №1.pdf" };

      const path = await bench.store.keep(aFile([Buffer.from("%PDF")], declared));

      expect(await bench.find(path)).toMatchObject({
        contentType: "application/pdf",
        contentDisposition: `attachment; filename=file.pdf; filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82%20%E2%84%961.pdf`,
        cacheControl: "private, max-age=86400, immutable",
      });
    });

    test("has a path for every file that cannot be guessed and says nothing of the file", async () => {
      const keep = () => bench.store.keep(aFile([Buffer.from("x")], { fileName: "secret.pdf" }));

      const paths = [await keep(), await keep()];

      expect(new Set(paths).size).toBe(2);
      for (const path of paths) expect(path).toMatch(/^[A-Za-z0-9_-]{43}\.pdf$/);
    });

    test("has the path in the address", () => {
      expect(bench.store.addressOf("abc.jpg")).toBe(`${bench.baseUrl}/abc.jpg`);
    });

    test.each([
      { what: "ends too early", sizeBytes: 70_001 },
      { what: "is longer than declared", sizeBytes: 69_999 },
    ])("does not accept a file that $what as complete", async ({ sizeBytes }) => {
      const file = aFile(split(randomBytes(70_000), 1000), { sizeBytes });

      await expect(bench.store.keep(file)).rejects.toMatchObject({
        name: "TransientFailure",
        ambiguous: false,
      });
    });

    test("does not keep an endless file of unknown size", async () => {
      const megabyte = Buffer.alloc(2 ** 20);
      let sent = 0;
      const body = (async function* () {
        for (; ; sent += 1) yield megabyte;
      })();

      const keeping = bench.store.keep(aFile([], { body, sizeBytes: undefined }));

      await expect(keeping).rejects.toMatchObject({
        name: "PermanentFailure",
        reason: "file-too-large",
      });
      expect(sent).toBeLessThan(30);
      expect(await bench.count()).toBe(0);
    });

    test.each([{ sizeBytes: 200_000 }, { sizeBytes: undefined }])(
      "passes the source's failure on, without text of its own: $sizeBytes",
      async ({ sizeBytes }) => {
        const failing = (error: Error) =>
          (async function* () {
            yield randomBytes(100_000);
            throw error;
          })();
        const failure = Object.assign(new Error("gone"), { name: "TypeError" });

        const keep = (error: Error) =>
          bench.store.keep(aFile([], { body: failing(error), sizeBytes }));

        await expect(keep(failure)).rejects.toMatchObject({
          name: "TransientFailure",
          message: "reading the file broke off",
        });
      },
    );
  });
}
