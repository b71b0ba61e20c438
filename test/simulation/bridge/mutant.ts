import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { ReconcilerPorts } from "../../../lambdas/compose/caretaker-rounds.ts";
import type {
  PackBody,
  ContactMarks,
  ConversationStore,
  DeliveryLedger,
  DeliveryStates,
} from "../../../lambdas/model/stores.ts";
import type { CrmChat, CrmContacts, CrmLeads } from "../../../lambdas/model/crm.ts";
import type { CustomerMessenger, CustomerFiles } from "../../../lambdas/model/messenger.ts";
import type { Secret } from "../../../lambdas/model/runtime.ts";
import type { Queues } from "../aws/sqs-client.ts";
import type { Random } from "../engine/random.ts";
import type { Code } from "../engine/lambda-function.ts";

/** A bridge with one bug. Each field replaces a correct part. */
export type Mutant = {
  readonly crm?: (crm: CrmChat, random: Random) => CrmChat;
  readonly messenger?: (messenger: CustomerMessenger) => CustomerMessenger;
  readonly files?: (files: CustomerFiles) => CustomerFiles;
  readonly contacts?: (contacts: CrmContacts) => CrmContacts;
  readonly leads?: (leads: CrmLeads) => CrmLeads;
  readonly contactMarks?: (marks: ContactMarks) => ContactMarks;
  readonly ledger?: (ledger: DeliveryLedger & DeliveryStates) => DeliveryLedger & DeliveryStates;
  readonly conversations?: (conversations: ConversationStore) => ConversationStore;
  readonly packBody?: PackBody;
  readonly secret?: <Value>(secret: Secret<Value>) => Secret<Value>;
  readonly secretMaxAgeMillis?: number;
  readonly reconciling?: (ports: ReconcilerPorts) => ReconcilerPorts;
  readonly maxReceiveCount?: number;
  readonly sender?: (
    code: Code<SQSEvent, SQSBatchResponse>,
    queues: Queues,
    metLimit: (owner: string) => boolean,
  ) => Code<SQSEvent, SQSBatchResponse>;
};
