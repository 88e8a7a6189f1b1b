/** Where the steps of a process run; ids or slugs, as the form of the process wants them. */
export interface Placement {
  /** Absent: the default worker pool of the space. */
  readonly workerPool?: string;
  /** Absent: on the worker itself, which then needs bash, openssl and Node.js. */
  readonly container?: ExecutionContainer;
}

/** The image that a step runs in, and the feed it is pulled from. */
export interface ExecutionContainer {
  readonly feed: string;
  readonly image: string;
}

/** Holds what the steps need; pinned, because tags without a version move. */
export const workerToolsImage = 'octopusdeploy/worker-tools:6.5.2-ubuntu.24.04';
