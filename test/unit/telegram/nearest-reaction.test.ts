import { describe, expect, test } from "@jest/globals";
import type { ReactionTypeEmoji } from "grammy/types";
import {
  allowedReactions,
  nearestReaction,
} from "../../../lambdas/telegram/send/nearest-reaction.ts";

/** The compiler reports an error when a new version of grammY's types allows another emoji. */
type Unlisted = Exclude<ReactionTypeEmoji["emoji"], (typeof allowedReactions)[number]>;
const listIsComplete: Unlisted extends never ? true : never = true;

describe("the reaction nearest to an emoji", () => {
  test("is chosen among all that Telegram allows", () => {
    expect(listIsComplete).toBe(true);
  });

  test.each(allowedReactions)("%s is itself", (emoji) => {
    expect(nearestReaction(emoji)).toBe(emoji);
  });

  test.each([
    { emoji: "❤️", nearest: "❤" },
    { emoji: "👍🏽", nearest: "👍" },
    { emoji: "🤷🏿‍♀️", nearest: "🤷‍♀" },
    { emoji: "💙", nearest: "❤" },
    { emoji: "😂", nearest: "🤣" },
    { emoji: "✅", nearest: "👍" },
    { emoji: " 🙏 ", nearest: "🙏" },
  ])("$emoji is $nearest", ({ emoji, nearest }) => {
    expect(nearestReaction(emoji)).toBe(nearest);
  });

  test.each(["🚲", "text", "", "constructor"])("does not exist for '%s'", (emoji) => {
    expect(nearestReaction(emoji)).toBeUndefined();
  });
});
