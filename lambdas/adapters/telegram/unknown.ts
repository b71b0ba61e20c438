import * as z from "zod/mini";
import { chatNameOf } from "./chat-name.ts";
import { placeholderOf } from "./content.ts";
import { customerOf } from "./customer.ts";
import { outside } from "./elsewhere.ts";
import { ignored, isPrivate, namesOf } from "./update.ts";
import type { Decode } from "./update.ts";
import { whereIn } from "./where.ts";
import * as wire from "./wire.ts";

/**
 * An update of a type that has no reading of its own, today's or tomorrow's: whoever did it is shown,
 * with the type's name and the words it carries. It goes by its update's id, because a message's id in
 * it may be that of a message which is there already.
 */
export const decodeUnknown: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.someSubject, subject);
  if (!parsed.success) return ignored(origin.type);
  const { message, from, user, date } = parsed.data;
  const person = from ?? user;
  const chat = parsed.data.chat ?? message?.chat;
  const place = chat ?? person;
  if (place === undefined) return ignored(origin.type);
  const chatName = chatNameOf(place.id, message ?? subject);
  const isDirect = chatName !== String(place.id);
  if (chat !== undefined && !isPrivate(chat) && !isDirect) return outside(chat, person, origin);
  // What it says, without the name of who.
  const { user: _user, ...said } = subject;
  const [content, ...further] = placeholderOf(origin.type, {}, said);
  return {
    kind: "message",
    ...namesOf(chatName, undefined, origin),
    customer: customerOf(person, isDirect && person !== undefined ? person : place),
    ...whereIn(message ?? subject),
    sentAtSeconds: date,
    content,
    ...(further.length === 0 ? {} : { further }),
  };
};
