import type { SimulatedPerson } from "./types.ts";

/** The account's id in the main API. */
export const accountNumber = 31_000_001;

/** The two entities that have fields, tags and notes of their own. */
export type EntityType = "leads" | "contacts";

/** The values of one field of an entity, in the main API's form. */
export type FieldValues = {
  readonly field_id: number;
  readonly field_name: string;
  readonly field_code: string | null;
  readonly field_type: string;
  readonly values: readonly Readonly<Record<string, unknown>>[];
};

/** A choice of a field. Only the predefined fields have codes. */
export type FieldChoice = {
  readonly id: number;
  readonly value: string;
  readonly code: string | null;
};

/** A custom field of leads or contacts. */
export type CustomField = {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly code: string | null;
  readonly sort: number;
  readonly isApiOnly: boolean;
  readonly isPredefined: boolean;
  readonly choices: readonly FieldChoice[];
};

/** A stage of a pipeline. Type 1 is the stage of unsorted leads. */
export type Status = {
  readonly id: number;
  readonly name: string;
  readonly sort: number;
  readonly type: 0 | 1;
};

/** A pipeline with its stages in their order. */
export type Pipeline = {
  readonly id: number;
  readonly name: string;
  readonly sort: number;
  readonly isMain: boolean;
  isUnsortedOn: boolean;
  isArchive: boolean;
  statuses: readonly Status[];
};

/** A user of the account. */
export type User = {
  readonly id: number;
  readonly name: string;
  readonly amojoId: string | null;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
  readonly isFree: boolean;
};

/** A tag of leads or of contacts. The two have separate lists. */
export type Tag = { readonly id: number; readonly name: string };

/** A source of leads that the integration made. */
export type Source = {
  readonly id: number;
  name: string;
  readonly externalId: string | null;
  pipelineId: number;
  isDefault: boolean;
  originCode: string | null;
};

/** A contact of the main API. Lists leave out a contact in an unsorted lead. */
export type Contact = {
  readonly id: number;
  name: string;
  fields: readonly FieldValues[] | null;
  tags: readonly Tag[];
  responsibleUserId: number;
  isUnsorted: boolean;
  /** The name that the creating call gave the contact. amoCRM answers it once and shows it nowhere else. */
  readonly requestId?: string;
  readonly createdAt: number;
  updatedAt: number;
};

/** One state of a lead. A change makes a new one, so that reads that lag can show the old one. */
export type Lead = {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  /** "chats" while it is an unsorted lead that a message made. */
  readonly category: "chats" | undefined;
  readonly chatId: string | undefined;
  readonly contacts: readonly { readonly id: number; readonly isMain: boolean }[];
  readonly pipelineId: number;
  readonly statusId: number;
  readonly responsibleUserId: number;
  readonly createdBy: number;
  readonly tags: readonly Tag[];
  readonly fields: readonly FieldValues[] | null;
  readonly source: LeadSource | undefined;
  readonly isDeleted: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly closedAt: number | null;
  readonly writtenAtMillis: number;
};

/** The source that a lead shows. It stays when the source itself is changed or deleted. */
export type LeadSource = {
  readonly id: number;
  readonly name: string;
  readonly externalId: string | null;
};

/** A note of a lead or a contact. */
export type Note = {
  readonly id: number;
  readonly entity: EntityType;
  entityId: number;
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly createdBy: number;
  readonly createdAt: number;
};

/** A task, of a lead or a contact or of none. */
export type Task = {
  readonly id: number;
  entity: EntityType | undefined;
  entityId: number | undefined;
  text: string;
  completeTill: number;
  taskTypeId: number;
  durationSeconds: number;
  responsibleUserId: number;
  isCompleted: boolean;
  result: string | undefined;
  readonly createdAt: number;
  updatedAt: number;
};

/** The statuses of won and lost leads, in every pipeline. */
export const won = 142;
export const lost = 143;

/** The pipelines and users that every simulated account has at the start. */
export const mainPipelineId = 3_100_001;
export const secondPipelineId = 3_100_002;
export const administratorId = 8_000_001;
export const operatorUserId = 8_000_002;

/** The contacts and leads of a new account, and all that belongs to them. */
export function createCrm(operator: SimulatedPerson) {
  const people = { isAdmin: false, isActive: true, isFree: false, amojoId: null };
  const users: User[] = [
    { ...people, id: administratorId, name: "Administrator", isAdmin: true },
    { ...people, id: operatorUserId, name: operator.name, amojoId: operator.id },
    { ...people, id: 8_000_003, name: "Second operator" },
    { ...people, id: 8_000_004, name: "Former operator", isActive: false },
    { ...people, id: 8_000_005, name: "Free user", isFree: true },
  ];
  return {
    users,
    pipelines: [
      pipelineOf(mainPipelineId, "Main pipeline", ["First contact", "Negotiation"]),
      pipelineOf(secondPipelineId, "Second pipeline", ["New", "In work"]),
    ],
    customFields: { leads: leadFields(), contacts: contactFields() },
    tags: { leads: [] as Tag[], contacts: [] as Tag[] },
    contacts: new Map<number, Contact>(),
    /** The states of each lead, the oldest first. */
    leads: new Map<number, Lead[]>(),
    notes: [] as Note[],
    tasks: [] as Task[],
    sources: [] as Source[],
  };
}

/** The three system stages of a pipeline, and its own stages between them. */
function pipelineOf(id: number, name: string, stages: readonly string[]): Pipeline {
  const isMain = id === mainPipelineId;
  const firstId = id * 10 + 1;
  return {
    id,
    name,
    sort: isMain ? 1 : 2,
    isMain,
    isUnsortedOn: true,
    isArchive: false,
    statuses: [
      { id: firstId, name: "Incoming leads", sort: 10, type: 1 },
      ...stages.map((stage, index) => ({
        id: firstId + 1 + index,
        name: stage,
        sort: 20 + index * 10,
        type: 0 as const,
      })),
      { id: won, name: "Won", sort: 10_000, type: 0 },
      { id: lost, name: "Lost", sort: 11_000, type: 0 },
    ],
  };
}

const trackingCodes = (
  "UTM_CONTENT UTM_MEDIUM UTM_CAMPAIGN UTM_SOURCE UTM_TERM UTM_REFERRER ROISTAT REFERRER " +
  "OPENSTAT_SERVICE OPENSTAT_CAMPAIGN OPENSTAT_AD OPENSTAT_SOURCE FROM GCLIENTID _YM_UID _YM_COUNTER " +
  "GCLID YCLID FBCLID"
).split(" ");

/** The fields that every account has for leads. Their codes are the names in capitals. */
function leadFields(): CustomField[] {
  return trackingCodes.map((code, index) => ({
    id: 601 + index * 2,
    name: code.toLowerCase(),
    type: "tracking_data",
    code,
    sort: 501 + index,
    isApiOnly: false,
    isPredefined: true,
    choices: [],
  }));
}

/** The fields that every account has for contacts, with the codes of their choices. */
function contactFields(): CustomField[] {
  const rows = [
    ["Position", "text", "POSITION", ""],
    ["Phone", "multitext", "PHONE", "WORK WORKDD MOB FAX HOME OTHER"],
    ["E-mail", "multitext", "EMAIL", "WORK PRIV OTHER"],
  ] as const;
  return rows.map(([name, type, code, choices], index) => ({
    id: 500 + index,
    name,
    type,
    code,
    sort: index + 1,
    isApiOnly: false,
    isPredefined: true,
    choices: choices
      .split(" ")
      .filter(Boolean)
      .map((value, place) => {
        return { id: 8991 + 10 * index + place, value, code: value };
      }),
  }));
}

/** The user whose token the integration uses. */
export function tokenUserId({ tokenRights }: { tokenRights: "administrator" | "user" }): number {
  return tokenRights === "administrator" ? administratorId : operatorUserId;
}
