import type { LogFields, Logger } from "../model/runtime.ts";

/**
 * Writes through the console: with the function's JSON log format Lambda itself adds time, level
 * and request id, so no logging library is shipped.
 */
export const consoleLogger: Logger = {
  info: (fact, fields) => console.info(line(fact, fields)),
  warn: (fact, fields) => console.warn(line(fact, fields)),
  error: (fact, fields) => console.error(line(fact, fields)),
};

/**
 * For what is said of every message: an info is a line of JSON past the runtime's console, which would
 * wrap it and add a request id, a third more for what the event's id says already. Lambda takes such a
 * line as it is, for the level INFO, and adds the time.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export const terseLogger: Logger = {
  ...consoleLogger,
  info: (fact, fields) => {
    process.stdout.write(`${JSON.stringify(line(fact, fields))}\n`);
  },
};

function line(fact: string, fields: LogFields = {}) {
  return { fact, ...fields };
}
