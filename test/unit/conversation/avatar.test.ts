import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { avatarLook, createAvatarOf } from "../../../lambdas/conversation/avatar.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";
import { aFakeMediaStore, aFile, fakeFiles } from "../../support/fake-files.ts";
import { anAttemptAt } from "../../support/routing-dependencies.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const id = "tg-700-42";

const aCustomer = (files = fakeFiles(aFile("face"), aFile("new face"))) => {
  const conversations = new MemoryConversationStore();
  const mediaStore = aFakeMediaStore();
  const clock = aClock();
  const logger = aRecordingLogger();
  const avatarOf = createAvatarOf({ files, mediaStore, now: clock.now, logger });
  return {
    clock,
    files,
    logger,
    mediaStore,
    picture: async () => {
      const ofAttempt = anAttemptAt(conversations);
      const known = await ofAttempt.find(id);
      await ofAttempt.update(id, avatarLook(known, clock.now()));
      return avatarOf(id, "42", known, ofAttempt);
    },
  };
};

describe("a customer's picture", () => {
  test("is stored once a week, however much they write", async () => {
    const { clock, files, mediaStore, picture } = aCustomer();
    files.photo = "photo-1";

    const seen = [await picture(), await picture()];
    clock.advance(7 * 86_400_000);
    seen.push(await picture());

    expect(seen).toEqual([
      "https://media.example/path-1.jpg",
      "https://media.example/path-1.jpg",
      "https://media.example/path-2.jpg",
    ]);
    expect(mediaStore.stored.map(({ words }) => words)).toEqual(["face", "new face"]);
  });

  test("is not requested again in that week when there is none", async () => {
    const { files, picture } = aCustomer();
    let asked = 0;
    files.profilePhoto = async () => {
      asked += 1;
      return undefined;
    };

    expect([await picture(), await picture(), asked]).toEqual([undefined, undefined, 1]);
  });

  test("that is unavailable leaves the last one in place, and the log reports it", async () => {
    const trouble = new TransientFailure("Telegram answered 502");
    const { clock, files, logger, picture } = aCustomer(fakeFiles(aFile("face"), trouble));
    files.photo = "photo-1";
    const first = await picture();
    clock.advance(7 * 86_400_000);

    expect([await picture(), await picture()]).toEqual([first, first]);
    expect(logger.facts()).toEqual(["AvatarNotKept"]);
  });
});
