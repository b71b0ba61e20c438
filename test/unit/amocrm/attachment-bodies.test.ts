import type { ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { attachmentFiles } from "../../../lambdas/amocrm/chats/attachments.ts";
import { startFileServer } from "../../support/file-server.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const open = async (answer: (response: ServerResponse) => void, bodyTimeoutMillis = 5000) => {
  const server = await startFileServer(answer);
  closers.push(server.close);
  const files = attachmentFiles({
    allowedHosts: [server.host],
    maxBytes: 100_000,
    timeoutMillis: 60_000,
    bodyTimeoutMillis,
  });
  return { server, opened: files.open(server.origin) };
};
const tooLarge = { name: "PermanentFailure", reason: "file-too-large" };
const passing = { name: "TransientFailure", ambiguous: false };
const expectClosed = async (connections: () => Promise<number>) => {
  while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("the size of an attachment", () => {
  test.each([0, 1, 100_000])("may be %i bytes, with or without a content length", async (size) => {
    for (const headers of [{}, { "content-length": size }]) {
      const { opened } = await open((response) => {
        response.writeHead(200, headers).end(Buffer.alloc(size, 7));
      });

      expect(await buffer((await opened).body)).toEqual(Buffer.alloc(size, 7));
    }
  });

  test("that is declared and too large is refused before a byte is read", async () => {
    const { opened, server } = await open((response) => {
      response.writeHead(200, { "content-length": 100_001 }).write("begun");
    });

    await expect(opened).rejects.toMatchObject(tooLarge);
    await expectClosed(server.connections);
  });

  test("that is not declared is refused once too many bytes have arrived", async () => {
    const { opened, server } = await open((response) => {
      const more = () => response.write(Buffer.alloc(50_000)) || response.once("drain", more);
      while (!response.destroyed && more() === true);
    });

    const { body } = await opened;

    await expect(buffer(body)).rejects.toMatchObject(tooLarge);
    await expectClosed(server.connections);
  });

  test("that is larger than the body is a transfer failure, not a whole file", async () => {
    const { opened } = await open((response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(Buffer.alloc(400), () => response.destroy());
    });

    await expect(opened.then(({ body }) => buffer(body))).rejects.toMatchObject(passing);
  });

  test("that is smaller than the body ends the file there", async () => {
    const { opened } = await open((response) => {
      const { socket } = response;
      socket?.end("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour and more of it");
    });

    const file = await opened;

    expect(file.sizeBytes).toBe(4);
    expect((await buffer(file.body)).toString()).toBe("four");
  });
});

describe("an attachment during the read", () => {
  const aSlowOne = (response: ServerResponse) => {
    const timer = setInterval(() => response.write("drop"), 10);
    response.on("close", () => clearInterval(timer));
  };

  test("may take a while, but has a timeout", async () => {
    const { opened, server } = await open(aSlowOne, 100);

    const { body } = await opened;

    await expect(buffer(body)).rejects.toMatchObject({
      ...passing,
      message: "an attachment took too long",
    });
    await expectClosed(server.connections);
  });

  test("fails when its reader is too late, and not before", async () => {
    const { opened, server } = await open(aSlowOne, 30);

    const { body } = await opened;
    await expectClosed(server.connections);

    await expect(buffer(body)).rejects.toMatchObject(passing);
  });

  test("is closed when its reader stops", async () => {
    const { opened, server } = await open(aSlowOne);

    for await (const chunk of (await opened).body) {
      expect(Buffer.from(chunk).toString()).toMatch(/^(drop)+$/);
      break;
    }

    await expectClosed(server.connections);
  });

  test("is closed when it is abandoned before its first byte", async () => {
    const { opened, server } = await open(aSlowOne);

    await (await opened).body[Symbol.asyncIterator]().return?.();

    await expectClosed(server.connections);
  });
});
