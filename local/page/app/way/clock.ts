import { computed } from "@preact/signals";
import { model, nowMillis } from "../store.ts";
import { language } from "../texts.ts";
import type { Reader } from "./told.ts";

/** The server's time, every second. */
export const serverMillis = computed(() => nowMillis.value + model.value.clockOffsetMillis);

/** The whole seconds until a moment, at least 0. */
export function secondsUntil(millis: number): number {
  return Math.max(0, Math.ceil((millis - serverMillis.value) / 1000));
}

/** A person at this browser: the times are of its clock, with milliseconds. */
export function reader(): Reader {
  const two = (value: number, digits = 2) => String(value).padStart(digits, "0");
  return {
    language: language.value,
    timeOf(millis) {
      const at = new Date(millis);
      const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => two(part));
      return `${time.join(":")}.${two(at.getMilliseconds(), 3)}`;
    },
  };
}
