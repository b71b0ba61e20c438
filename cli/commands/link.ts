import { access } from "node:fs/promises";
import { deepLinkIdOf } from "../../lambdas/aws/deep-links.ts";
import type { KeptDeepLink } from "../../lambdas/aws/deep-links.ts";
import {
  contactLinkDays,
  encodeDeepLink,
  findDeepLinkFault,
  readDeepLink,
} from "../../lambdas/conversation/deep-link.ts";
import type { DeepLink } from "../../lambdas/model/stores.ts";
import { failedTo } from "../aws/failures.ts";
import { answerOptions, BadValue, CommandFailure, commandWithVerbs } from "../command.ts";
import type { Given, Terminal } from "../command.ts";
import {
  drawQrCode,
  factsOf,
  findPictureFault,
  linkTo,
  openLinks,
  readExpiry,
  readKeys,
  readName,
  writeQrCode,
} from "../links/links.ts";
import { table } from "../output.ts";
import { openStage } from "../stage/open-stage.ts";
import { commandOn } from "../stage/stage.ts";
import { openBot } from "../telegram/bot.ts";

const writing = "write the deliveries table";
const reading = "read the deliveries table";

const options = {
  source: {
    value: "S",
    required: true,
    about:
      "where the link is shown, such as instagram: A-Z a-z 0-9 _ -, at most 32 characters together with --campaign",
  },
  campaign: { value: "C", about: "the campaign of that source" },
  contact: {
    value: "ID",
    about:
      "amoCRM's id of a contact: the chat that follows the link gets this contact. Such a link works for one chat",
    faultOf: (id: string) =>
      /^[1-9][0-9]*$/.test(id) ? undefined : "expected the contact's id in amoCRM, a whole number",
  },
  expires: {
    value: "E",
    about: `a day, whose end in UTC ends the link, or a number of days such as 30d; default: never, ${contactLinkDays}d with --contact`,
  },
  qr: { value: "FILE", about: "writes the QR code as .png or .svg", faultOf: findPictureFault },
  force: { about: "replaces that file if it exists" },
  ...answerOptions,
} as const;
type Options = Given<typeof options>;

/** `bridge link`: makes, lists and revokes links to the bot that say where a customer comes from. */
export const link = commandWithVerbs({
  about: `Makes a link to the bot. A customer who follows it presses Start; then the bridge knows the source and
the campaign. It signs the link, so no other person can make one. In a terminal it also shows the QR code.
The same values give the same link.`,
  options,
  verbs: {
    "": {
      about: "makes a link",
      takes: ["source", "campaign", "contact", "expires", "qr", "force"],
      run: make,
    },
    list: { about: "lists the links, oldest first", takes: [], run: list },
    revoke: {
      about: "ends a link, by the link or its id; you cannot undo it, and can repeat it",
      argument: "<link>",
      takes: [],
      run: revoke,
    },
  },
  examples: [
    "link --source instagram --campaign spring --qr spring.png --stage dev",
    "link revoke 0123456789abcdef --stage dev",
  ],
});

async function make(given: Options, terminal: Terminal): Promise<void> {
  const nowMillis = Date.now();
  const wanted = readWanted(given, nowMillis);
  await refuseExisting(given);
  const { stage, secrets, answer } = await openStage(given, terminal);
  const keys = await readKeys(stage, secrets);
  const payload = encodeDeepLink(wanted, keys);
  const address = (await linkTo(await openBot(stage, secrets)))(payload);
  const links = openLinks(stage);
  const known = await links.find(payload).catch(failedTo(reading));
  if (known?.revokedAtMillis !== undefined || known?.usedBy !== undefined) {
    throw new CommandFailure(
      `this link exists and ${known.revokedAtMillis === undefined ? "is used up" : "is revoked"}`,
      "choose another --campaign or --expires",
    );
  }
  // As it was encoded: its expiry is a full hour.
  const read = readDeepLink(payload, keys, nowMillis);
  const made: DeepLink = read.kind === "ours" ? read.link : wanted;
  await links.keep(payload, made, nowMillis).catch(failedTo(writing));
  if (given.qr !== undefined) await writeQrCode(address, given.qr, given);

  const kept = { ...made, id: deepLinkIdOf(payload), payload, madeAtMillis: nowMillis };
  const { madeAt: _, usedBy: __, ...facts } = factsOf(kept, address, nowMillis);
  const isSeen = (terminal.stdout as { isTTY?: boolean }).isTTY === true && !given.json;
  answer({ ...facts, qr: given.qr ?? null }, [
    address,
    isSeen && (await drawQrCode(address)),
    `id       ${facts.id}; ${commandOn(stage, `link revoke ${facts.id}`)} ends it`,
    `expires  ${facts.expiresAt ?? "never"}`,
    made.contactId !== undefined && `contact  ${made.contactId}; the link works for one chat`,
    given.qr !== undefined && `QR code  ${given.qr}`,
  ]);
}

function readWanted({ source, campaign = "", contact, expires }: Options, nowMillis: number) {
  const ends = expires ?? (contact === undefined ? undefined : `${contactLinkDays}d`);
  const expiresAtMillis = ends === undefined ? undefined : readExpiry(ends, nowMillis);
  if (typeof expiresAtMillis === "string") throw new BadValue(`--expires: ${expiresAtMillis}`);
  const wanted: DeepLink = {
    source,
    campaign,
    ...(contact === undefined ? {} : { contactId: Number(contact) }),
    ...(expiresAtMillis === undefined ? {} : { expiresAtMillis }),
  };
  const fault = findDeepLinkFault(wanted);
  if (fault !== undefined) throw new BadValue(fault);
  return wanted;
}

/** Before the link is made: a person then repeats the command for the same link. */
async function refuseExisting({ qr, force }: Options): Promise<void> {
  if (qr === undefined || force) return;
  const exists = await access(qr).then(
    () => true,
    () => false,
  );
  if (exists) {
    throw new CommandFailure(`the file ${qr} exists: replace it with --force, or name another`);
  }
}

async function list(given: Options, terminal: Terminal): Promise<void> {
  const nowMillis = Date.now();
  const { stage, secrets, answer } = await openStage(given, terminal);
  const addressOf = await linkTo(await openBot(stage, secrets));
  const kept: KeptDeepLink[] = [];
  try {
    for await (const each of openLinks(stage).list()) kept.push(each);
  } catch (error) {
    failedTo(reading)(error);
  }
  const facts = kept.map((each) => factsOf(each, addressOf(each.payload), nowMillis));
  const heads = ["id", "state", "source", "campaign", "contact", "expires", "link"];
  const rows = facts.map(({ id, state, source, campaign, contact, expiresAt, link: address }) => [
    id,
    state,
    source,
    campaign,
    contact === null ? "" : String(contact),
    expiresAt ?? "never",
    address,
  ]);
  const lines = facts.length === 0 ? ["there are no links"] : table([heads, ...rows]);
  answer({ links: facts }, lines);
}

async function revoke(given: Options, terminal: Terminal, name = ""): Promise<void> {
  const named = readName(name);
  const nowMillis = Date.now();
  const { stage, secrets, answer } = await openStage(given, terminal);
  const links = openLinks(stage);
  if (named.id === undefined) {
    const keys = await readKeys(stage, secrets);
    const read = readDeepLink(named.payload, keys, nowMillis);
    if (read.kind === "forged" || read.kind === "not-ours") {
      throw new CommandFailure("this bridge did not make this link, and refuses it");
    }
    // A table that was restored to an earlier time may not have it.
    await links.keep(named.payload, read.link, nowMillis).catch(failedTo(writing));
  }
  const id = named.id ?? deepLinkIdOf(named.payload);
  if (!(await links.revoke(id, nowMillis).catch(failedTo(writing)))) {
    const lists = commandOn(stage, "link list");
    throw new CommandFailure(`there is no link with the id ${id}`, `${lists} lists the links`);
  }
  answer({ id, revoked: true }, [`revoked: ${id}`]);
}
