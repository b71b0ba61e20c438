import * as z from "zod";

/** The tags that the bridge sets on every resource. The setting `owner` adds one more. */
const bridgeTags = ["service", "stage", "bridge", "data-class"];

/** A resource can have 50 tags. */
const most = 50 - bridgeTags.length - 1;

const characters = "letters, digits, spaces and _ . : / = + - @";
const reserved = "expected no name or value that begins with aws: AWS reserves it";
const isReserved = (text: string) => /^aws:/i.test(text);

/**
 * A company's own tags, as AWS limits them.
 * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export const tags = z
  .record(
    z
      .string()
      .regex(
        /^[\p{L}\p{N} _.:/=+@-]{1,128}$/u,
        `expected a tag's name of 1 to 128 characters: ${characters}`,
      )
      .refine((text) => !isReserved(text), reserved),
    z
      .string("expected a tag's value in quotes")
      .regex(
        /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u,
        `expected a tag's value of at most 256 characters: ${characters}`,
      )
      .refine((text) => !isReserved(text), reserved),
    "expected tags by name",
  )
  .superRefine((given, context) => {
    const keys = Object.keys(given);
    if (keys.length > most) {
      const message = `expected at most ${most} tags: AWS allows 50, and the others are the bridge's own`;
      context.addIssue({ code: "custom", message });
    }
    for (const [index, key] of keys.entries()) {
      const message = faultOfKey(key, keys.slice(0, index));
      if (message !== undefined) context.addIssue({ code: "custom", message, path: [key] });
    }
  });

/**
 * True for two names of which a resource can have only one: IAM refuses a role whose tags differ in
 * case only.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
export function isSameTag(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function faultOfKey(key: string, before: readonly string[]): string | undefined {
  if (bridgeTags.some((tag) => isSameTag(tag, key))) {
    return "expected another name: the bridge sets this tag itself";
  }
  return before.some((tag) => isSameTag(tag, key))
    ? "expected another name: for IAM it is the same as a tag before it"
    : undefined;
}
