/** One sentence for each option that has no effect with the others. */
export function findConflicts(
  { random }: { readonly random?: number },
  isGiven: (option: string) => boolean,
): readonly string[] {
  const whichOf = (names: readonly string[], why: string) => names.filter(isGiven).map((name) => `--${name} ${why}`);
  if (isGiven('cell')) return whichOf(besideCell, 'has no effect with --cell.');
  const withoutMatrix = (isGiven('random') || isGiven('canaries')) && !isGiven('sample');
  return [
    ...(withoutMatrix
      ? whichOf(ofMatrix, 'applies only to the matrix, which --random and --canaries leave out. Add --sample.')
      : []),
    ...(isGiven('path') && random !== 1 ? ['--path needs --random 1 and the --seed of the failure.'] : []),
    ...(isGiven('path') && ['sample', 'canaries', 'report'].some(isGiven)
      ? ['--path runs one sequence again and cannot be combined with --sample, --canaries or --report.']
      : []),
    ...(isGiven('seed') && withoutMatrix && !isGiven('random') ? ['--seed has no effect with --canaries alone.'] : []),
  ];
}

const ofMatrix = ['steps', 'states', 'faults', 'workers', 'lanes'];
const besideCell = [...ofMatrix, 'sample', 'random', 'path', 'canaries', 'seed', 'report'];
