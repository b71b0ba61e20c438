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
  const international = /^\s*(?:\+|00)(.*)$/s.exec(written)?.[1];
  if (international !== undefined) {
    const read = parsePhoneNumberFromString(`+${international}`, { extract: false });
    return (
      `+${digitsOf(international)}` === phone ||
      (read !== undefined && read.ext === undefined && current(read.number) === current(phone))
    );
  }
  const digits = digitsOf(written);
  if (current(`+${digits}`) === current(phone)) return true;
  return digits === nationalDigits(phone) && !isOfAnotherCountry(written, digits);
}

/** The digits that all ways to write a number have in common, for a search. */
export function searchedDigits(phone: string): string {
  const whole = current(phone).slice(1);
  const national = nationalDigits(phone) ?? whole;
  let common = 0;
  while (common < national.length && national.at(-1 - common) === whole.at(-1 - common))
    common += 1;
  return whole.slice(-common);
}

/**
 * True when the digits are a valid number of another country. They can begin with its country code
 * only when the first written group is at least as long as that code.
 */
function isOfAnotherCountry(written: string, digits: string): boolean {
  const read = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  const [first = ""] = /[0-9]+/.exec(written) ?? [];
  return read?.isValid() === true && first.length >= read.countryCallingCode.length;
}

/** The digits in national form. Undefined when they are too few to tell the number from others. */
function nationalDigits(phone: string): string | undefined {
  const national = parsePhoneNumberFromString(current(phone))?.formatNational();
  const digits = digitsOf(national ?? "");
  return digits.length < 7 ? undefined : digits;
}

/** Mexico's mobile numbers had a 1 after the country code until 2019. Some people still use that form. */
function current(phone: string): string {
  return phone.replace(/^\+521(?=[0-9]{10}$)/, "+52");
}

function digitsOf(written: string): string {
  return written.replace(/[\s()./\p{Dash_Punctuation}]/gu, "");
}
