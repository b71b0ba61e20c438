/** Names of fields, or ends of names, that hold no words for a person: ids, forms, keys, layout. */
const technical =
  /(^|_)(ids?|type|kind|status|format|mode|style|colou?r|language_code|mime_type|currency_code|token|hash|payload|data|path|nonce|secret|start_parameter|origin|v?align|size|language)$/;
/** Names of numbers worth telling, which say little without their field's name. */
const counting = /(^|_)(amount|value|star_count|distance|count)$/;
/** Fields that are never read into: whose it is, how it looks, and other forms of a file. */
const silent =
  /^(from|reply_markup|entities|caption_entities|thumbnail|cover|qualities|premium_animation|file_name|set_name|credentials)$|_entities$/;
/** In a message within a message, everything but what it says; elsewhere, the customer's own chat. */
const aboutAMessage = /^(chat|sender_chat|sender_business_bot|via_bot|forward_origin)$/;

/** A string in that field is for a person to read. */
export function holdsWords(name: string): boolean {
  return !technical.test(name);
}

/** A number in that field is worth telling. */
export function holdsCount(name: string): boolean {
  return counting.test(name);
}

/** Nothing in that field is for a person. */
export function isSilent(name: string, isOfMessage: boolean): boolean {
  return silent.test(name) || (isOfMessage && aboutAMessage.test(name));
}
