import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { wordsOfCard } from "../../../lambdas/telegram/decode/vcard.ts";

const ivan = { name: "Ivan Sidorov", phone: "+15550100" };
const card = (...lines: string[]) =>
  wordsOfCard(["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD"].join("\r\n"), ivan);

describe("the text of a contact card besides its name and number", () => {
  test.each([
    {
      name: "empty for the name and number alone",
      lines: ["FN:Ivan Sidorov", "TEL;TYPE=CELL:+1 (555) 0100"],
      words: "",
    },
    { name: "empty for the same name in parts", lines: ["N:Sidorov;Ivan;;;"], words: "" },
    { name: "another name", lines: ["FN:Dr. Ivan Sidorov"], words: "Dr. Ivan Sidorov" },
    {
      name: "more numbers",
      lines: ["TEL;TYPE=CELL:+15550100", "TEL;TYPE=WORK,VOICE:+15550199", "TEL;HOME:5550111"],
      words: "+15550199 (work)\n5550111 (home)",
    },
    {
      name: "a number as an address",
      lines: ['TEL;VALUE=uri;TYPE="work,fax":tel:+1-555-0122'],
      words: "+1-555-0122 (work, fax)",
    },
    {
      name: "addresses of e-mail",
      lines: ["EMAIL;TYPE=INTERNET;TYPE=HOME:ivan@example.com", "item1.EMAIL:i@example.org"],
      words: "ivan@example.com (home)\ni@example.org",
    },
    {
      name: "company and place in it",
      lines: ["ORG:Acme\\, Inc.;Sales;;", "TITLE:Manager", "ROLE:Buyer"],
      words: "Acme, Inc., Sales\nManager\nBuyer",
    },
    {
      name: "an address",
      lines: ["ADR;TYPE=WORK:;;1 Main St.;Springfield;IL;12345;USA"],
      words: "1 Main St., Springfield, IL, 12345, USA (work)",
    },
    {
      name: "a note of lines",
      lines: ["NOTE:Call\\nafter six\\; not before"],
      words: "Call\nafter six; not before",
    },
    {
      name: "a folded line",
      lines: ["NOTE:Call after", "  six", " o'clock"],
      words: "Call after sixo'clock",
    },
    {
      name: "quoted-printable letters, folded in the older way",
      lines: ["NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=", "=D0=B0=D0=BD 50%"],
      words: "Иван 50%",
    },
    {
      name: "other properties under their names",
      lines: [
        "BDAY:1990-01-31",
        "X-SKYPE:ivan.s",
        "URL:https://example.com/",
        "X-ABLabel:_$!<Site>!$_",
      ],
      words: "bday: 1990-01-31\nskype: ivan.s\nhttps://example.com/\nlabel: Site",
    },
    { name: "a repeated value once", lines: ["ORG:Acme", "ORG:Acme"], words: "Acme" },
    {
      name: "without pictures and properties for programs",
      lines: [
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
        " SkZJRg",
        "LOGO:data:image/png;base64,AA",
        "X-PIC;BASE64:AA",
        "REV:2026",
      ],
      words: "",
    },
    {
      name: "the parts of a name that the full name leaves out",
      lines: ["FN:Ivan Sidorov", "N:Sidorov;Ivan;Petrovich;Dr.;"],
      words: "Sidorov, Ivan, Petrovich, Dr.",
    },
    {
      name: "quoted-printable letters of an older alphabet",
      lines: ["N;CHARSET=WINDOWS-1251;QUOTED-PRINTABLE:=CF=E5=F2=F0=EE=E2;=CF=E5=F2=F0;;;"],
      words: "Петров, Петр",
    },
    {
      name: "quoted-printable of several lines, without line separators",
      lines: ["ADR;ENCODING=QUOTED-PRINTABLE:;;1 Main St.=3B left=0D=0Adoor;Springfield;;;"],
      words: "1 Main St.; left\ndoor, Springfield",
    },
    {
      name: "quoted-printable of no alphabet",
      lines: ["NOTE;CHARSET=X-NONE;ENCODING=QUOTED-PRINTABLE:=CF=E5"],
      words: "=CF=E5",
    },
    {
      name: "lines that belong to no property, after a wrong line break",
      lines: ["Ask for Masha", "NOTE:Call", "after six", "", "ORG:Acme"],
      words: "Ask for Masha\nCall\nafter six\nAcme",
    },
    {
      name: "a number with marks for programs, and a label for people",
      lines: [
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555-0133',
        'ADR;LABEL="Mr. Ivan, Esq.\\nDoor 7":;;Main St.;;;;',
        'N;SORT-AS="Sidorov,Ivan":Sidorov;Ivan;;;',
        "IMPP;X-SERVICE-TYPE=Skype:skype:ivan",
      ],
      words: "+1-555-0133 (home)\nMain St. (Mr. Ivan, Esq.\nDoor 7)\nskype:ivan (skype)",
    },
    {
      name: "a picture without the leading blanks of its lines",
      lines: ["PHOTO;JPEG;ENCODING=BASE64:", "/9j/4AAQSkZJRg", "CCCC==", "", "ORG:Acme"],
      words: "Acme",
    },
    { name: "empty fields", lines: ["ORG:;;", "NOTE:", "EMAIL: "], words: "" },
    { name: "invisible characters", lines: ["ORG:\u200b;\u2800", "NOTE:\u3164"], words: "" },
  ])("is $name", ({ lines, words }) => {
    expect(card(...lines)).toBe(words);
  });

  test("is found in lower case and with every kind of line break", () => {
    expect(wordsOfCard("begin:vcard\rorg:Acme\nemail;type=home:a@b.c\r\nend:vcard", ivan)).toBe(
      "Acme\na@b.c (home)",
    );
  });

  test.each([
    { given: undefined },
    { given: 5 },
    { given: {} },
    { given: "" },
    { given: "\u3164" },
  ])("is empty for $given", ({ given }) => expect(wordsOfCard(given, ivan)).toBe(""));

  test("is the whole text when it is not a card", () => {
    expect(wordsOfCard("Ivan, ask for Masha", ivan)).toBe("Ivan, ask for Masha");
  });

  test("is bounded, even when a stranger wrote it", () => {
    const line = fc.oneof(
      fc.string(),
      fc.string().map((value) => `NOTE;ENCODING=QUOTED-PRINTABLE:${value}=`),
      fc.string({ unit: "binary" }).map((value) => `TEL;TYPE="${value}:${value}`),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const words = card(...lines);
        expect(words.isWellFormed()).toBe(true);
        expect(words.length).toBeLessThan(20_000);
      }),
    );
    expect(card(`NOTE:${"x".repeat(1_000_000)}`).length).toBeLessThan(10_000);
  });
});
