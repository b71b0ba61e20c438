import * as z from "zod/mini";
import { placeholderOf } from "./content.ts";
import { customerOf } from "./customer.ts";
import { directOf } from "./direct-messages.ts";
import { inBusiness, outside } from "./elsewhere.ts";
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
  const holder = message ?? subject;
  const inAccount = inBusiness(holder, person, origin);
  if (inAccount !== undefined) return inAccount;
  const { data: written } = z.safeParse(wire.message, { ...holder, chat: place, from: person });
  const direct = written && directOf(written, origin);
  if (chat !== undefined && !isPrivate(chat) && !direct) return outside(chat, person, origin);
  // What it says, without the names of who and where.
  const { user: _user, chat: _chat, direct_messages_topic: _topic, ...said } = subject;
  const [content, ...further] = placeholderOf(origin.type, {}, said);
  return {
    kind: "message",
    ...namesOf(direct?.chat ?? place.id, undefined, origin),
    customer: direct ? customerOf(direct.user, direct.user) : customerOf(person, place),
    ...(direct?.author === "administrator" ? { isOutgoing: true as const } : {}),
    ...whereIn(holder),
    sentAtSeconds: date,
    content,
    ...(further.length === 0 ? {} : { further }),
  };
};
