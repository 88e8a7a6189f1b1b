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

/** The 409 for a resource that somebody else saved in the meantime (OctopusDeploy/Issues#9043). */
export function outdated(what: string): Refusal {
  return new Refusal(
    409,
    `Changes to this ${what} could not be saved, because another user has made changes to the ${what} between when you started editing and when you saved your changes.`,
  );
}
