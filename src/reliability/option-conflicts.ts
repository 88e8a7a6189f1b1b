type Given = Readonly<Record<string, string | boolean | undefined>>;

/** What is said of options that would do nothing beside the others; a sentence for each. */
export function findConflicts(given: Given): readonly string[] {
  const has = (name: string): boolean => given[name] !== undefined;
  if (has('cell')) return whichOf(given, (name) => name !== 'cell' && name !== 'help', 'does nothing with --cell.');
  const apart = has('random') || has('canaries');
  const withoutMatrix = apart && !has('sample');
  return [
    ...(withoutMatrix
      ? whichOf(given, isOfMatrix, 'is for the matrix, which --random and --canaries leave out: add --sample.')
      : []),
    ...(has('path') && given['random'] !== '1' ? ['--path needs --random 1, and the --seed of the failure.'] : []),
    ...(has('path') && (has('sample') || has('canaries') || has('report'))
      ? ['--path plays one sequence again, without --sample, --canaries and --report.']
      : []),
    ...(has('seed') && withoutMatrix && !has('random') ? ['--seed chooses nothing for --canaries alone.'] : []),
  ];
}

function isOfMatrix(name: string): boolean {
  return /^(steps|states|faults|workers|lanes)$/.test(name);
}

function whichOf(given: Given, isMeant: (name: string) => boolean, why: string): readonly string[] {
  return Object.keys(given)
    .filter(isMeant)
    .map((name) => `--${name} ${why}`);
}
