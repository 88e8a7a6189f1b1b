/** Where a container's output goes. */
export interface ContainerLog {
  /** Empty if the task definition says nothing. */
  readonly driver: string;
  /** Of the driver `awslogs`, like the others. */
  readonly group: string;
  readonly streamPrefix: string;
  readonly region: string;
}

/**
 * Stands for a text that may be a secret. Within a run, two marks are equal exactly if their texts are; after it, a mark
 * means nothing, so that nobody can guess the text by trying. Empty if there is no text.
 */
export type Mark = string;

/** Texts that may be secrets, by name. */
export type Marks = Readonly<Record<string, Mark>>;

/** A container of a version. */
export interface ContainerVersion {
  readonly name: string;
  readonly image: string;
  /** CPU units; 0 if it has none of its own. */
  readonly cpu: number;
  /** MiB at most; 0 if only the task has a limit. */
  readonly memory: number;
  /** Covers all words, because some pass passwords in them; empty if the image's own applies. */
  readonly command: Mark;
  readonly entryPoint: Mark;
  readonly environment: Marks;
  /** By the variable's name: where its value is kept. */
  readonly secrets: Marks;
  /** ARNs of files in S3. */
  readonly environmentFiles: readonly string[];
  readonly log: ContainerLog;
  /** For example `8080/tcp`, or `80:8080/tcp` if the host's port differs. */
  readonly ports: readonly string[];
  /** Everything else that is set, by AWS's name for it. */
  readonly others: Marks;
}

/** What a task definition says, without any text that may be a secret. */
export interface TaskVersion {
  /** Whether ECS can still start new task sets from it. */
  readonly active: boolean;
  /** As ECS writes it, for example 256 units; empty if only the containers have one. */
  readonly cpu: string;
  /** MiB. */
  readonly memory: string;
  /** ARN; empty if it has none. */
  readonly taskRole: string;
  readonly executionRole: string;
  readonly containers: readonly ContainerVersion[];
  /** Everything else that is set, by AWS's name for it. */
  readonly others: Marks;
}
