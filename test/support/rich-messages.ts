import fc from "fast-check";

type Json = string | number | boolean | readonly Json[] | { readonly [field: string]: Json };

/** A placeholder for a word. Each becomes another word, in reading order. */
const word = fc.constantFrom("?", "? ?", " ?", "?\n?", "? 👍 ?", "(?)", "?, ?. ", "\n?");
const marked = "bold italic spoiler strikethrough code marked subscript anchor_link hologram".split(
  " ",
);

const { block } = fc.letrec<{ text: Json; block: Json }>((tie) => {
  const many = (name: "text" | "block", least: number) =>
    fc.array(tie(name), { minLength: least, maxLength: 3 });
  const inner = tie("text");
  const of = <Fields extends Record<string, fc.Arbitrary<Json>>>(type: string, fields: Fields) =>
    fc.record({ type: fc.constant(type), ...fields }) as fc.Arbitrary<Json>;
  const caption = fc.record({ text: inner, credit: inner }) as fc.Arbitrary<Json>;
  const fileId = { file_id: fc.constant("file") };
  const cell = fc.record({
    text: inner,
    align: fc.constant("left"),
    valign: fc.constant("top"),
  }) as fc.Arbitrary<Json>;
  const item = fc
    .tuple(fc.constantFrom("•", "1.", "a."), fc.boolean(), many("block", 0))
    .map(([label, box, blocks]): Json => ({
      label,
      ...(box ? { has_checkbox: true } : {}),
      blocks,
      ...(box ? { tip: "?" } : {}),
    }));
  const texts = [
    ...marked.map((type) => of(type, { text: inner })),
    of("url", { text: inner, url: fc.constant("https://shop.example/?") }),
    of("mention", { text: inner, username: fc.constant("?") }),
    of("text_mention", { text: inner, user: fc.constant({ id: 7, username: "?" }) }),
    of("custom_emoji", { custom_emoji_id: fc.constant("5"), alternative_text: fc.constant("?") }),
    of("mathematical_expression", { expression: fc.constant("?^2") }),
    of("button", {
      button: fc.record({
        text: inner,
        url: fc.constant("https://b.example/?"),
      }) as fc.Arbitrary<Json>,
    }),
  ];
  const blocks = [
    ...["paragraph", "heading", "footer", "pre"].map((type) => of(type, { text: inner })),
    of("list", { items: fc.array(item, { maxLength: 3 }) as fc.Arbitrary<Json> }),
    of("blockquote", { blocks: many("block", 0) as fc.Arbitrary<Json>, credit: inner }),
    of("expandable_blockquote", { text: inner, credit: inner }),
    of("pullquote", { text: inner, credit: inner }),
    of("details", { summary: inner, blocks: many("block", 0) as fc.Arbitrary<Json> }),
    of("table", {
      caption: inner,
      cells: fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 3 }) as fc.Arbitrary<Json>,
    }),
    of("collage", { blocks: many("block", 0) as fc.Arbitrary<Json>, caption }),
    of("slideshow", { blocks: many("block", 0) as fc.Arbitrary<Json>, caption }),
    of("divider", {}),
    of("anchor", { name: fc.constant("top") }),
    of("mathematical_expression", { expression: fc.constant("e = ?") }),
    of("buttons", {
      buttons: fc.array(fc.record({ text: inner, url: fc.constant("https://b.example/?") }), {
        maxLength: 3,
      }) as fc.Arbitrary<Json>,
    }),
    of("photo", {
      photo: fc.constant([{ file_id: "file", width: 9, height: 9 }]),
      caption,
    }),
    ...["video", "animation", "audio", "document", "voice_note"].map((type) =>
      of(type, { [type]: fc.record(fileId) as fc.Arbitrary<Json>, caption }),
    ),
    of("map", { location: fc.constant({ latitude: 55.7, longitude: 37.6 }), caption }),
    of("hologram", { title: word, blocks: many("block", 0) as fc.Arbitrary<Json> }),
  ];
  return {
    text: fc.oneof({ maxDepth: 4 }, word, many("text", 0) as fc.Arbitrary<Json>, ...texts),
    block: fc
      .tuple(fc.oneof({ maxDepth: 5 }, of("paragraph", { text: word }), ...blocks), fc.nat(4))
      .map(([known, kind]): Json => (kind === 0 ? { ...Object(known), afterword: "?" } : known)),
  };
});

/** Rich messages of every kind of block and text, and how many words they have: `w1z`, `w2z` and so on. */
export const richMessages = fc
  .array(block, { minLength: 1, maxLength: 6 })
  .map((blocks) => numbered({ blocks }));

/** The numbers of the words in a text, in their order. */
export function wordsIn(shown: string): number[] {
  return [...shown.matchAll(/w(\d+)z/g)].map(([, number]) => Number(number));
}

function numbered(value: Json): { readonly value: unknown; readonly words: readonly number[] } {
  let count = 0;
  const put = (found: Json): unknown => {
    if (typeof found === "string") {
      return found.replaceAll("?", () => {
        count += 1;
        return `w${count}z`;
      });
    }
    if (Array.isArray(found)) return found.map((each: Json) => put(each));
    if (typeof found !== "object") return found;
    return Object.fromEntries(Object.entries(found).map(([name, each]) => [name, put(each)]));
  };
  const named = put(value);
  return { value: named, words: Array.from({ length: count }, (_, index) => index + 1) };
}
