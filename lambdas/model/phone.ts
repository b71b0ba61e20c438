import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** At most fifteen digits; none in use has fewer than seven. @see https://www.itu.int/rec/T-REC-E.164 */
const international = /^[1-9][0-9]{6,14}$/;

/** The number as E.164 has it, `+` and digits; undefined for what does not begin with a country's code. */
export function e164Of(written: string): string | undefined {
  const digits = digitsOf(written).replace(/^\+/, "");
  return international.test(digits) ? `+${digits}` : undefined;
}

/**
 * Is this, as somebody wrote it down, that E.164 number? With a plus (or `00`) it is read as it stands, as
 * are all the digits of the number without it. Else it counts as the number's country writes it at home,
 * national prefix included; but not where the same digits are a number of another country too: `84912345678`
 * is one of Viet Nam, and `8 (491) 234-56-78` is not. A number with an extension is not its owner's alone.
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

/** The digits that all ways of writing a number have in common, to search by. */
export function searchedDigits(phone: string): string {
  const whole = current(phone).slice(1);
  const national = nationalDigits(phone) ?? whole;
  let common = 0;
  while (common < national.length && national.at(-1 - common) === whole.at(-1 - common))
    common += 1;
  return whole.slice(-common);
}

/** Where a country's code stands apart or together at the beginning, the digits may begin with it. */
function isOfAnotherCountry(written: string, digits: string): boolean {
  const read = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  const [first = ""] = /[0-9]+/.exec(written) ?? [];
  return read?.isValid() === true && first.length >= read.countryCallingCode.length;
}

/** As the country writes it at home; undefined where that is too short to be told from other numbers. */
function nationalDigits(phone: string): string | undefined {
  const national = parsePhoneNumberFromString(current(phone))?.formatNational();
  const digits = digitsOf(national ?? "");
  return digits.length < 7 ? undefined : digits;
}

/** Mobile numbers of Mexico had a 1 behind the country's code until 2019; some still know them so. */
function current(phone: string): string {
  return phone.replace(/^\+521(?=[0-9]{10}$)/, "+52");
}

function digitsOf(written: string): string {
  return written.replace(/[\s()./\p{Dash_Punctuation}]/gu, "");
}
