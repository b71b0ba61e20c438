import type { LogFields, Logger } from "../../ports/logger.ts";

/**
 * Writes through the console: with the function's JSON log format Lambda itself adds time, level
 * and request id, so no logging library is shipped.
 */
export const consoleLogger: Logger = {
  info: (fact, fields) => console.info(line(fact, fields)),
  warn: (fact, fields) => console.warn(line(fact, fields)),
  error: (fact, fields) => console.error(line(fact, fields)),
};

function line(fact: string, fields: LogFields = {}) {
  return { fact, ...fields };
}
