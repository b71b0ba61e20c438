import { describe, expect, test } from "@jest/globals";
import { e164Of, isSamePhone, searchedDigits } from "../../../lambdas/model/phone.ts";

describe("a number with its country's code", () => {
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

describe("a number in a CRM", () => {
  test.each([
    { written: "+7 916 123-45-67", phone: "+79161234567", isSame: true },
    { written: "79161234567", phone: "+79161234567", isSame: true },
    { written: "8 (916) 123-45-67", phone: "+79161234567", isSame: true },
    { written: "9161234567", phone: "+79161234567", isSame: false },
    { written: "+89161234567", phone: "+79161234567", isSame: false },
    { written: "89161234567", phone: "+89161234567", isSame: true },
    { written: "8 916 123-45-67", phone: "+19161234567", isSame: false },
    { written: "+79161234568", phone: "+79161234567", isSame: false },
    { written: "+791612345678", phone: "+79161234567", isSame: false },
    { written: "ask her", phone: "+79161234567", isSame: false },
    { written: "", phone: "+79161234567", isSame: false },
  ])("$written is $phone: $isSame", ({ written, phone, isSame }) => {
    expect(isSamePhone(written, phone)).toBe(isSame);
  });

  test.each([
    { phone: "+79161234567", digits: "9161234567" },
    { phone: "+15551234567", digits: "15551234567" },
    { phone: "+791612345", digits: "791612345" },
  ])("is searched by what both ways of writing $phone share: $digits", ({ phone, digits }) => {
    expect(searchedDigits(phone)).toBe(digits);
  });
});
