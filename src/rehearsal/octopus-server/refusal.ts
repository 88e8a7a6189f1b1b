/** An error answer, in the shape that Octopus gives all of them. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly string[];
  readonly helpText: string | undefined;

  constructor(status: number, message: string, errors: readonly string[] = [], helpText?: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.errors = errors;
    this.helpText = helpText;
  }
}

/** The 404 for a resource that does not exist. */
export function notFound(id: string): Refusal {
  return new Refusal(404, `The resource '${id}' was not found.`);
}

/** The 400 for a request that Octopus does not accept. */
export function invalid(...errors: readonly string[]): Refusal {
  return new Refusal(400, 'There was a problem with your request.', errors);
}

/** How a server refuses what somebody else saved in the meantime: servers and resources differ in all three. */
export interface ConflictAnswer {
  readonly status: 400 | 409;
  /** OctopusDeploy/Issues#9043, or that of the database layer (#7936, #9559). */
  readonly wording: 'another user' | 'out of date';
  readonly place: 'ErrorMessage' | 'Errors';
}

/** The refusal of a resource that somebody else saved in the meantime. */
export function outdated({ what, id }: { what: string; id: string }, answer: ConflictAnswer): Refusal {
  const text =
    answer.wording === 'another user'
      ? `Changes to this ${what} could not be saved, because another user has made changes to the ${what} between when you started editing and when you saved your changes.`
      : `Modification failed for '${what}' document with '${id}' Id because submitted data was out of date. Refresh the document and try again.`;
  if (answer.place === 'ErrorMessage') return new Refusal(answer.status, text);
  return new Refusal(answer.status, invalid().message, [text]);
}
