import type { LogFields, Logger } from "../model/runtime.ts";

/**
 * Writes through the console. With the function's JSON log format, Lambda itself adds time, level and
 * request id. So the bridge ships no logging library.
 */
export const consoleLogger: Logger = {
  info: (fact, fields) => console.info(line(fact, fields)),
  warn: (fact, fields) => console.warn(line(fact, fields)),
  error: (fact, fields) => console.error(line(fact, fields)),
};

/**
 * A logger for facts of every message. It writes an info as a line of JSON past the runtime's console.
 * The console would wrap the line and add a request id. That is a third more bytes, and the event's id
 * already identifies the line. Lambda takes such a line as it is, for the level INFO, and adds the time.
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
