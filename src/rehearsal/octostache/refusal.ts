/** Refuses what the rehearsal does not evaluate as Octopus does, instead of evaluating it wrongly. */
export function refuseLacking(what: string, expression: string): never {
  throw new Error(
    `The rehearsal cannot evaluate ${expression}: it lacks ${what}, which Octopus has. Rehearse with another expression, and try this one in Octopus.`,
  );
}
