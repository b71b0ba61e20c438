import { describe, expect, test } from "@jest/globals";
import { e164Of, isSamePhone, searchedDigits } from "../../../lambdas/model/phone.ts";

describe("a number with its country code", () => {
  test.each([
    { written: "79161234567", phone: "+79161234567" },
    { written: "+79161234567", phone: "+79161234567" },
    { written: "+7 (916) 123-45-67", phone: "+79161234567" },
    { written: "+7\u00a0916\u2013123.45.67", phone: "+79161234567" },
    { written: " 15551234567 ", phone: "+15551234567" },
    { written: "+6834000", phone: "+6834000" },
    { written: "123456789012345", phone: "+123456789012345" },
    { written: "1234567890123456", phone: undefined },
    { written: "683400", phone: undefined },
    { written: "0079161234567", phone: undefined },
    { written: "09161234567", phone: undefined },
    { written: "++79161234567", phone: undefined },
    { written: "+7916123456a", phone: undefined },
    { written: "7916123456７", phone: undefined },
    { written: "+", phone: undefined },
    { written: "", phone: undefined },
  ])("$written is $phone", ({ written, phone }) => {
    expect(e164Of(written)).toBe(phone);
  });
});

/** The forms in a CRM, by the country of the customer's number. */
const written = {
  Russia: {
    phone: "+79123456789",
    same: [
      "+7 912 345-67-89",
      "79123456789",
      "7 (912) 345.67.89",
      "8 (912) 345-67-89",
      "89123456789",
      "+7\u00a0912\u2013345\u201167\u201189",
      " +79123456789 ",
      "007 912 345 67 89",
    ],
    other: [
      "9123456789",
      "+89123456789",
      "8 (912) 345-67-80",
      "+7 912 345-67-890",
      "+1 912 345 6789",
      "8 912 345-67-89 доб. 12",
      "+7 912 345-67-89, +7 912 345-67-80",
      "call +79123456789",
      "++79123456789",
    ],
  },
  "Russia, at home": {
    phone: "+74912345678",
    same: ["8 (491) 234-56-78", "8-491-234-56-78", "74912345678", "+7 491 2345678"],
    other: ["84912345678", "84 912 345 678", "84912 345678", "+84912345678"],
  },
  "Viet Nam": {
    phone: "+84912345678",
    same: ["84912345678", "84 912 345 678", "0912 345 678", "+84 (0)912 345 678"],
    other: ["8 (491) 234-56-78 x", "74912345678", "+74912345678", "912345678"],
  },
  Kazakhstan: {
    phone: "+77012345678",
    same: ["8 701 234 56 78", "8 (701) 234-56-78", "+7 701 234 5678", "77012345678"],
    other: ["7012345678", "8 702 234 56 78"],
  },
  Ukraine: {
    phone: "+380501234567",
    same: ["050 123 45 67", "(050) 123-45-67", "+38 (050) 123-45-67", "38 050 123 45 67"],
    other: ["50 123 45 67", "+7 050 123 45 67", "80501234568"],
  },
  Belarus: {
    phone: "+375291234567",
    same: ["8 029 123-45-67", "80291234567", "375 29 123 45 67"],
    other: ["029 123-45-67"],
  },
  "United Kingdom": {
    phone: "+447911123456",
    same: ["07911 123456", "+44 (0)7911 123456", "0044 7911 123456", "44 7911 123456"],
    other: ["7911 123456", "07911 123457", "+49 7911 123456"],
  },
  Germany: {
    phone: "+4915123456789",
    same: ["0151/23456789", "0151 234 567 89", "+49 (0) 151 23456789"],
    other: ["+43 151 23456789"],
  },
  "Italy, whose zero stays": {
    phone: "+390612345678",
    same: ["06 1234 5678", "0612345678", "+39 06 1234 5678", "0039 06 1234 5678"],
    other: ["6 1234 5678", "+39 6 1234 5678"],
  },
  "Argentina, with 15 at home and 9 abroad": {
    phone: "+5491123456789",
    same: ["011 15-2345-6789", "+54 9 11 2345-6789", "+54 11 15 2345 6789", "5491123456789"],
    other: ["+54 11 2345-6789", "011 2345-6789", "15-2345-6789"],
  },
  "Mexico, without its old 1": {
    phone: "+525512345678",
    same: ["55 1234 5678", "+52 55 1234 5678", "+52 1 55 1234 5678", "5215512345678"],
    other: ["+1 551 234 5678", "5512345679"],
  },
  "Mexico, with its old 1": {
    phone: "+5215512345678",
    same: ["55 1234 5678", "+52 55 1234 5678", "+52 1 55 1234 5678", "525512345678"],
    other: ["15512345678"],
  },
  "North America": {
    phone: "+12025550123",
    same: ["(202) 555-0123", "2025550123", "1 202 555 0123", "+1.202.555.0123"],
    other: ["+1 202 555 0123 ext. 5", "(202) 555-0123 x5", "555-0123", "+7 202 555 0123"],
  },
  Brazil: {
    phone: "+5511961234567",
    same: ["(11) 96123-4567", "11961234567", "+55 11 96123 4567"],
    other: ["96123-4567"],
  },
  India: {
    phone: "+919876543210",
    same: ["098765 43210", "91 98765 43210"],
    other: ["9876543210"],
  },
  "a country of short numbers": {
    phone: "+6834000",
    same: ["+683 4000", "6834000"],
    other: ["4000"],
  },
  "a number that no country has": {
    phone: "+89161234567",
    same: ["89161234567", "+8 916 123-45-67"],
    other: ["+79161234567", "9161234567"],
  },
};

describe("a number in a CRM", () => {
  const rows = (of: "same" | "other") =>
    Object.entries(written).flatMap(([country, { phone, [of]: ways }]) =>
      ways.map((way) => ({ country, phone, way })),
    );

  test.each(rows("same"))("$way is $phone of $country", ({ way, phone }) => {
    expect(isSamePhone(way, phone)).toBe(true);
  });

  test.each(rows("other"))("$way is not $phone of $country", ({ way, phone }) => {
    expect(isSamePhone(way, phone)).toBe(false);
  });

  test.each(["", "+", "00", "ask her", "0", "+0", "x5"])("%j is not a number", (way) => {
    expect(rows("same").some(({ phone }) => isSamePhone(way, phone))).toBe(false);
  });

  test.each(rows("same"))(
    "$way is found by the digits of the search for $phone",
    ({ way, phone }) => {
      expect(way.replace(/[^0-9]/g, "")).toContain(searchedDigits(phone));
    },
  );

  test.each([
    { phone: "+79161234567", digits: "9161234567" },
    { phone: "+12025550123", digits: "2025550123" },
    { phone: "+447911123456", digits: "7911123456" },
    { phone: "+390612345678", digits: "0612345678" },
    { phone: "+5491123456789", digits: "23456789" },
    { phone: "+6834000", digits: "6834000" },
    { phone: "+89161234567", digits: "89161234567" },
  ])(
    "is searched for by the digits that all forms of $phone share: $digits",
    ({ phone, digits }) => {
      expect(searchedDigits(phone)).toBe(digits);
    },
  );
});
