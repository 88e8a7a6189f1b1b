/** What is said of options that would do nothing beside the others; a sentence for each. */
export function findConflicts(
  { random }: { readonly random?: number },
  isGiven: (option: string) => boolean,
): readonly string[] {
  const whichOf = (names: readonly string[], why: string) => names.filter(isGiven).map((name) => `--${name} ${why}`);
  if (isGiven('cell')) return whichOf(besideCell, 'does nothing with --cell.');
  const withoutMatrix = (isGiven('random') || isGiven('canaries')) && !isGiven('sample');
  return [
    ...(withoutMatrix
      ? whichOf(ofMatrix, 'is for the matrix, which --random and --canaries leave out: add --sample.')
      : []),
    ...(isGiven('path') && random !== 1 ? ['--path needs --random 1, and the --seed of the failure.'] : []),
    ...(isGiven('path') && ['sample', 'canaries', 'report'].some(isGiven)
      ? ['--path plays one sequence again, without --sample, --canaries and --report.']
      : []),
    ...(isGiven('seed') && withoutMatrix && !isGiven('random') ? ['--seed chooses nothing for --canaries alone.'] : []),
  ];
}

const ofMatrix = ['steps', 'states', 'faults', 'workers', 'lanes'];
const besideCell = [...ofMatrix, 'sample', 'random', 'path', 'canaries', 'seed', 'report'];
