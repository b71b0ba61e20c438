// What is counted: reading, compiling and evaluating a bundle, and the preparing of its connections up
// to the point where the network begins. What comes after that depends on the time.
import { pathToFileURL } from "node:url";

const { Socket } = process.getBuiltinModule("node:net");
/** A webhook of ours opens one to Secrets Manager and one to SQS. */
let connectionsLeft = 2;
Socket.prototype.connect = function connect() {
  connectionsLeft -= 1;
  if (connectionsLeft === 0) process.exit();
  return this;
};

// Counting takes fifty times as long: a limit of a second would end a call that has hardly begun.
const shortMillis = 100;
const { setTimeout } = globalThis;
globalThis.setTimeout = (run, millis = 0, ...args) =>
  millis < shortMillis ? setTimeout(run, millis, ...args) : setTimeout(() => {}, 1e9).unref();
AbortSignal.timeout = () => new AbortController().signal;

await import(pathToFileURL(process.argv[2]).href);
process.exit();
