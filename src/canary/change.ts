import type { Colour } from './colour.ts';
import type { ColourGroups, ListenerRule, RuleAction, RuleCondition } from './listener-rule.ts';
import type { Service, TaskSet } from './service.ts';
import type { Weights } from './weights.ts';

/** An S3 bucket and the beginning of every key in it, empty or with a slash at its end. */
export interface TemplateBucket {
  readonly name: string;
  readonly prefix: string;
}

/** A template with its parameters, ready for CloudFormation. */
export interface StackSubmission {
  readonly name: string;
  readonly templateBody: string;
  /** Where to put a template that is too large for a request. */
  readonly templateBucket?: TemplateBucket | undefined;
  /** Where CloudFormation reads the template once it has been put there. */
  readonly templateUrl?: string;
  /** A string sets the parameter; `keep` leaves the value the stack has. */
  readonly parameters: Readonly<Record<string, string | { readonly keep: true }>>;
  readonly capabilities: readonly string[];
  /** Stack tags; undefined leaves the ones it has. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The role that CloudFormation uses; undefined leaves the one that the stack has. */
  readonly roleArn?: string | undefined;
}

/** Tags of the service by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** One write to AWS. Every step chooses from this list; `apply-change.ts` carries it out. */
export type Change =
  | {
      readonly kind: 'set-weights';
      readonly rule: ListenerRule;
      readonly groups: ColourGroups;
      readonly weights: Weights;
      /** The splits as they were read before, where there are several production rules. */
      readonly among: readonly { readonly arn: string; readonly shares: string }[];
    }
  | {
      /**
       * Writes a rule's actions back as they were read. A change to the rule between the two is lost, as with any
       * write of weights; here it can only favour blue, because green has no traffic yet.
       */
      readonly kind: 'prove-way-back';
      readonly rule: ListenerRule;
    }
  | {
      readonly kind: 'acquire-lock';
      readonly serviceArn: string;
      readonly text: string;
      /** The text of the lock that it replaces; empty when there is none. */
      readonly from: string;
      /** An entry of the ledger. */
      readonly entry?: Tags;
    }
  | { readonly kind: 'record-green'; readonly serviceArn: string; readonly text: string }
  | { readonly kind: 'release-lock'; readonly serviceArn: string }
  | {
      /** Tags that only tell what happened: of the ledger, and others. */
      readonly kind: 'record';
      readonly serviceArn: string;
      readonly tags: Tags;
      readonly entry?: Tags;
    }
  | {
      readonly kind: 'tag-stable';
      readonly serviceArn: string;
      readonly colour: Colour;
      /** When green lost its traffic, as the tag has it; undefined leaves that tag as it is. */
      readonly greenIdleSince?: string | undefined;
      readonly entry?: Tags;
    }
  | {
      readonly kind: 'scale-task-set';
      readonly serviceArn: string;
      readonly cluster: string;
      readonly taskSetId: string;
      readonly percent: number;
    }
  | { readonly kind: 'create-stack'; readonly submission: StackSubmission }
  | {
      readonly kind: 'update-stack';
      readonly submission: StackSubmission;
      /** Blue's healthy targets before, where the update must not leave it with fewer. */
      readonly blueHealthy?: number;
    }
  | { readonly kind: 'delete-stack'; readonly name: string; readonly roleArn?: string | undefined }
  | {
      readonly kind: 'cancel-stack-update';
      readonly name: string;
      readonly because: string;
      /** Whose tasks fail; what leads to the cause is read afterwards. */
      readonly failing?: { readonly taskSet: TaskSet; readonly service?: Service | undefined };
    }
  | { readonly kind: 'create-test-rule'; readonly rule: NewRule }
  | { readonly kind: 'delete-rule'; readonly arn: string };

/** A listener rule to create. */
export interface NewRule {
  readonly listenerArn: string;
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
  readonly tags: Readonly<Record<string, string>>;
}

/** How AWS answered a write: accepted, or nothing to change. */
export type Applied = 'accepted' | 'unchanged';

/** AWS's answer to a write. */
export interface Receipt {
  readonly outcome: Applied;
  /** AWS's id of a request that moved traffic, if it gave one. */
  readonly requestId?: string | undefined;
}
