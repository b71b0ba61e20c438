import { describe, expect, test } from "@jest/globals";
import { aRealMp4 } from "../support/real-files.ts";
import { aRealJpeg } from "../support/real-pictures.ts";
import { botKey, conversationOf, eventually, fetchedFor, shown } from "./bridge.ts";
import { sightings, useBridge } from "./bridge.ts";

const bridge = useBridge();

const aPhoto = (fileId: string) => {
  const bytes = aRealJpeg({ mark: fileId });
  bridge.telegram.putFile(fileId, bytes);
  const size = { file_size: bytes.length, width: 64, height: 48 };
  return { photo: [{ file_id: fileId, file_unique_id: fileId, ...size }] };
};
const aVideo = (fileId: string) => {
  bridge.telegram.putFile(fileId, aRealMp4(fileId));
  const video = { width: 64, height: 48, duration: 1, mime_type: "video/mp4" };
  return { video: { file_id: fileId, file_unique_id: fileId, ...video } };
};

describe("an album", () => {
  test("arrives part by part, in order, each part with its own bytes and caption", async () => {
    const { telegram, amocrm } = bridge;
    const ella = { id: 51, first_name: "Ella" };
    const parts = [
      { ...aPhoto("first"), caption: "Three doors" },
      aVideo("second"),
      { ...aPhoto("third"), caption: "The last one" },
    ];
    const sent = [];
    for (const part of parts) {
      sent.push(await telegram.customer.send(ella, { ...part, media_group_id: "10" }));
    }

    const last = await shown(bridge, ella.id, sent.at(-1)?.messageId ?? 0);
    await fetchedFor(bridge, last);

    const messages = amocrm.messages().filter((m) => m.conversationId === conversationOf(ella.id));
    expect(messages.map(({ type, text }) => [type, text])).toEqual([
      ["picture", "Three doors"],
      ["video", ""],
      ["picture", "The last one"],
    ]);
    const times = messages.map(({ msecTimestamp }) => msecTimestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const bytes = [aRealJpeg({ mark: "first" }), aRealMp4("second"), aRealJpeg({ mark: "third" })];
    for (const [index, message] of messages.entries()) {
      expect((await fetchedFor(bridge, message)).bytes).toEqual(bytes[index]);
    }
  });
});

describe("an edit", () => {
  const finn = { id: 52, first_name: "Finn" };
  const edited = (messageId: number, fields: Record<string, unknown>) =>
    bridge.telegram.customer.edit(finn.id, messageId, fields);
  const editOf = (messageId: number) =>
    eventually("the edit", async () => {
      const message = await shown(bridge, finn.id, messageId);
      return message.edited ? message : undefined;
    });

  test("of a text changes the message in place", async () => {
    const { messageId } = await bridge.telegram.customerSays(finn, "Tomorow at ten");
    await edited(messageId, { text: "Tomorrow at ten" });

    expect(await editOf(messageId)).toMatchObject({ type: "text", text: "Tomorrow at ten" });
  });

  test("of a caption leaves the photo unchanged", async () => {
    const photo = { ...aPhoto("kept"), caption: "My dor" };
    const { messageId } = await bridge.telegram.customer.send(finn, photo);
    await edited(messageId, { caption: "My door" });

    const message = await editOf(messageId);
    expect(message).toMatchObject({ type: "picture", text: "My door" });
    const { bytes } = await fetchedFor(bridge, message);
    expect(bytes.equals(aRealJpeg({ mark: "kept" }))).toBe(true);
  });

  test("that removes the caption removes it in amoCRM too", async () => {
    const photo = { ...aPhoto("bare"), caption: "not this" };
    const { messageId } = await bridge.telegram.customer.send(finn, photo);
    await edited(messageId, { caption: null });

    expect((await editOf(messageId)).text).toBe("");
  });

  test("of a photo shows the new photo", async () => {
    const { messageId } = await bridge.telegram.customer.send(finn, aPhoto("before"));
    await shown(bridge, finn.id, messageId);
    await edited(messageId, aPhoto("after"));

    const { bytes } = await fetchedFor(bridge, await editOf(messageId));
    expect(bytes.equals(aRealJpeg({ mark: "after" }))).toBe(true);
  });

  test("that replaces a photo with a video is a new message, because amoCRM does not change a type", async () => {
    const { messageId } = await bridge.telegram.customer.send(finn, aPhoto("still"));
    await edited(messageId, { photo: null, ...aVideo("moving"), caption: "Watch" });

    const message = await eventually("the video", () =>
      bridge.amocrm.messages().find(({ type, text }) => type === "video" && text.includes("Watch")),
    );
    expect(message.text).toBe("[изменено] Watch");
    const { bytes } = await fetchedFor(bridge, message);
    expect(bytes.equals(aRealMp4("moving"))).toBe(true);
  });

  test("of a message that amoCRM never had is a new message", async () => {
    const message = { message_id: 7000, chat: { id: finn.id, type: "private" }, from: finn };
    const changed = { ...message, date: 1, edit_date: 2, text: "from long ago" };
    await bridge.telegram.sendUpdate({ edited_message: changed });

    const shownInstead = await eventually("the words", () =>
      bridge.amocrm.messages().find(({ text }) => text.includes("from long ago")),
    );
    expect(shownInstead).toMatchObject({ text: "[изменено] from long ago", edited: false });
  });
});

describe("a profile photo", () => {
  test("is the customer's picture in amoCRM, and is fetched once, however much the customer writes", async () => {
    const { telegram, amocrm } = bridge;
    const hugo = { id: 55, first_name: "Hugo" };
    telegram.setProfilePhoto(hugo.id, aRealJpeg({ mark: "hugo" }));
    const asked = () => telegram.calls().filter(({ method }) => method === "getUserProfilePhotos");
    const before = asked().length;

    for (const text of ["one", "two", "three"]) await telegram.customerSays(hugo, text);
    await shown(bridge, hugo.id, 3);

    const avatar = await eventually("the picture", () => amocrm.avatarOf(`tg-${hugo.id}`));
    expect(avatar).toMatchObject({ status: 200, contentType: "image/jpeg" });
    expect(avatar.bytes.equals(aRealJpeg({ mark: "hugo" }))).toBe(true);
    expect(asked().length - before).toBe(1);
    const addresses = amocrm.fetched().filter(({ ownerId }) => ownerId === avatar.ownerId);
    expect(addresses).toHaveLength(1);
  });
});

test("the bot's token appears nowhere, and no customer's text is in a log", () => {
  const words = ["Three doors", "Ella", "Tomorrow", "Hugo"];

  expect(sightings(bridge, [botKey])).toEqual({ inAmocrm: [], inLog: [] });
  expect(sightings(bridge, words).inLog).toEqual([]);
});
