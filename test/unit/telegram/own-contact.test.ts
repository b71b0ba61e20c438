import { expect, test } from "@jest/globals";
import { contentsOf } from "../../../lambdas/telegram/decode/content.ts";

const from = { id: 42, first_name: "Anna" };
const contact = { phone_number: "79161234567", first_name: "Anna", user_id: 42 };
const { user_id: _, ...unnamed } = contact;

test("a contact with an invisible name is shown with its number", () => {
  const unseen = { ...contact, first_name: "\u2060\n", last_name: "\u3164" };

  expect(contentsOf({ from, contact: unseen })[0]).toMatchObject({ name: "79161234567" });
});

test.each([
  { name: "its owner sends", message: { from, contact }, isOwn: true },
  { name: "is another person's", message: { from: { id: 43 }, contact }, isOwn: undefined },
  { name: "has no user id", message: { from, contact: unnamed }, isOwn: undefined },
  { name: "has no user id and no sender", message: { contact: unnamed }, isOwn: undefined },
  { name: "is forwarded", message: { from, contact, forward_origin: {} }, isOwn: undefined },
])("a contact that $name is the customer's own: $isOwn", ({ message, isOwn }) => {
  const expected = { type: "contact", name: "Anna", phone: "79161234567" };

  expect(contentsOf(message)[0]).toEqual(isOwn ? { ...expected, isOwn } : expected);
});
