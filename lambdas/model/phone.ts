import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/**
 * E.164: at most fifteen digits. No number in use has fewer than seven.
 * @see https://www.itu.int/rec/T-REC-E.164
 */
const international = /^[1-9][0-9]{6,14}$/;

/** The number in E.164 form, `+` and digits. Undefined when it does not begin with a country code. */
export function e164Of(written: string): string | undefined {
  const digits = digitsOf(written).replace(/^\+/, "");
  return international.test(digits) ? `+${digits}` : undefined;
}

/**
 * True when the written number is that E.164 number. With a plus (or `00`), it counts in international form.
 * All digits of the number without a plus count in the same way. Otherwise the digits count in the form of
 * the number's own country, with the national prefix. They do not count when the same digits are also a
 * number of another country: `84912345678` is a number of Viet Nam, and `8 (491) 234-56-78` is not. A number
 * with an extension does not count, because it is not its owner's alone.
 */
export function isSamePhone(written: string, phone: string): boolean {
  const international = /^\s*\(?\s*(?:\+|00)(.*)$/s.exec(written)?.[1];
  if (international !== undefined) {
    const read = parsePhoneNumberFromString(`+${international}`, { extract: false });
    return (
      `+${digitsOf(international)}` === phone ||
      (read !== undefined && read.ext === undefined && current(read.number) === current(phone))
    );
  }
  const digits = digitsOf(withoutCarrierMark(written));
  if (current(`+${digits}`) === current(phone)) return true;
  return isNationalForm(digits, phone) && !isOfAnotherCountry(written, digits, phone);
}

/** The digits that all ways to write a number have in common, for a search. */
export function searchedDigits(phone: string): string {
  const whole = current(phone).slice(1);
  if (brazilianMobile.test(whole)) return whole.slice(-8);
  const national = nationalDigits(phone) ?? whole;
  let common = 0;
  while (common < national.length && national.at(-1 - common) === whole.at(-1 - common))
    common += 1;
  return whole.slice(-common);
}

/**
 * True when the digits are the number as people write it in its own country: with the prefix of the country
 * or of a carrier, or without a prefix where the country has none.
 */
function isNationalForm(digits: string, phone: string): boolean {
  const own = parsePhoneNumberFromString(current(phone));
  const national = nationalDigits(phone);
  if (own === undefined || national === undefined) return false;
  if (digits === own.nationalNumber && digits !== national) return false;
  const { countryCallingCode: defaultCallingCode } = own;
  const dialled = digits.replace(formerPrefixes[defaultCallingCode] ?? "", "");
  const read = parsePhoneNumberFromString(dialled, { defaultCallingCode, extract: false });
  return read !== undefined && read.ext === undefined && current(read.number) === own.number;
}

/**
 * True when the digits are a valid number of another country. They can begin with its country code only when
 * the first written group is at least as long as that code. They are not its number when they are grouped
 * as in the phone's own country: `(34) 96123-4567` is a number of Brazil, `34 961 234 567` one of Spain.
 */
function isOfAnotherCountry(written: string, digits: string, phone: string): boolean {
  const read = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  const [first = ""] = /[0-9]+/.exec(written) ?? [];
  if (read?.isValid() !== true || first.length < read.countryCallingCode.length) return false;
  const own = gapsIn(parsePhoneNumberFromString(current(phone))?.formatNational() ?? "");
  const gaps = gapsIn(written);
  if (gaps.length === 0 || !isWithin(own, gaps)) return true;
  return gaps.length > own.length && isWithin(gaps, gapsIn(read.formatInternational()));
}

/** The places between the groups of a written number, each as the count of digits before it. */
function gapsIn(written: string): readonly number[] {
  let count = 0;
  const ends = Array.from(written.matchAll(/[0-9]+/g), ([group]) => (count += group.length));
  return ends.slice(0, -1);
}

function isWithin(gaps: readonly number[], all: readonly number[]): boolean {
  return gaps.every((gap) => all.includes(gap));
}

/** The digits in national form. Undefined when they are too few to tell the number from others. */
function nationalDigits(phone: string): string | undefined {
  const national = parsePhoneNumberFromString(current(phone))?.formatNational();
  const digits = digitsOf(national ?? "");
  return digits.length < 7 ? undefined : digits;
}

/** Prefixes that people dialled in Mexico until 2019 and before mobile numbers in Chile, by country code. */
const formerPrefixes: Readonly<Record<string, RegExp>> = {
  "52": /^0(?:1|44|45)(?=[0-9]{10}$)/,
  "56": /^0(?=9[0-9]{8}$)/,
};

/** A mobile number of Brazil that may have had eight digits before its ninth digit, without the plus. */
const brazilianMobile = /^55[1-9]{2}9[6-9][0-9]{7}$/;

/**
 * Mexico's mobile numbers had a 1 after the country code until 2019. Brazil's had eight digits until 2016;
 * then each got a 9 after the area code. Some people still use these forms.
 */
function current(phone: string): string {
  return phone
    .replace(/^\+521(?=[0-9]{10}$)/, "+52")
    .replace(/^\+55[1-9]{2}(?=[6-9][0-9]{7}$)/, (area) => `${area}9`);
}

/** Brazilians write `0xx11` where a caller dials the two digits of a carrier. */
function withoutCarrierMark(written: string): string {
  return written.replace(/^(\s*\(?\s*0\s*)xx/i, "$1");
}

function digitsOf(written: string): string {
  return written.replace(/[\s()./\p{Dash_Punctuation}]/gu, "");
}
