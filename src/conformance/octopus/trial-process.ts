import { approvalName } from '../../octopus/process/process.ts';

/** What the first script writes, with everything that shells and templates like to change. */
export const written = '5 % of "green" costs $5 & é\n  second line, \\n';

const approval = approvalName(10);
const output = (step: string, name: string): string => `Octopus.Action[${step}].Output.${name}`;

/** Name in the log → how the script reads it, in Bash. */
const readings = {
  output: `"$(get_octopusvariable "${output('Write', 'Odd')}")"`,
  body: `"#{${output('Write', 'Plain')}}"`,
  bound: '"$(get_octopusvariable "Trial.Bound")"',
  missing: '"$(get_octopusvariable "Trial.Missing")"',
  approved: `"$(get_octopusvariable "${output(approval, 'Manual.Approved')}")"`,
  notes: `"$(get_octopusvariable "${output(approval, 'Manual.Notes')}")"`,
  user: `"$(get_octopusvariable "${output(approval, 'Manual.ResponsibleUser.Username')}")"`,
};

/** The steps of the trial's deployment. @param WorkerPoolId null for the default pool */
export function trialSteps(WorkerPoolId: string | null): readonly object[] {
  const script = scriptOn(WorkerPoolId);
  const condition = (word: string) =>
    `#{unless Octopus.Deployment.Error}#{unless ${output('Write', 'Plain')} == "${word}"}True#{else}False#{/unless}#{else}False#{/unless}`;
  return [
    script('Write', [
      `set_octopusvariable "Odd" '${written}'`,
      'set_octopusvariable "Plain" "as written"',
      'echo proof >"$PWD/proof.txt"',
      'new_octopusartifact "$PWD/proof.txt" "proof.txt"',
    ]),
    stepOf(approval, {
      ActionType: 'Octopus.Manual',
      Properties: {
        'Octopus.Action.RunOnServer': 'true',
        'Octopus.Action.Manual.Instructions': `The first script says: #{${output('Write', 'Plain')}}.`,
      },
    }),
    script(
      'Read',
      Object.entries(readings).map(([name, value]) => tell(name, value)),
      { 'Trial.Bound': `bound: #{${output('Write', 'Plain')}}` },
    ),
    { ...script('True', []), ...onlyIf(condition('something else')) },
    { ...script('False', []), ...onlyIf(condition('as written')) },
  ];
}

/** What the scripts told, in order: name and value. */
export function readTold(lines: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return lines.flatMap((line) => {
    const [, name, base64] = /^trial (\w+)=([\w+/=]*)$/.exec(line) ?? [];
    if (name === undefined || base64 === undefined) return [];
    return [[name, Buffer.from(base64, 'base64').toString('utf8')] as const];
  });
}

/** Scripts that first tell their name. */
function scriptOn(WorkerPoolId: string | null) {
  return (Name: string, lines: readonly string[], more: object = {}): object => {
    const Properties = {
      'Octopus.Action.Script.ScriptSource': 'Inline',
      'Octopus.Action.Script.Syntax': 'Bash',
      'Octopus.Action.Script.ScriptBody': [tell('ran', `'${Name}'`), ...lines].join('\n'),
      'Octopus.Action.RunOnServer': 'true',
      ...more,
    };
    return stepOf(Name, { ActionType: 'Octopus.Script', WorkerPoolId, Properties });
  };
}

/** Base64 brings every character through the log. */
function tell(name: string, value: string): string {
  return `echo "trial ${name}=$(printf %s ${value} | base64 | tr -d '\\n')"`;
}

/** A step with one action. */
export function stepOf(Name: string, action: object): object {
  const lists = { Environments: [], ExcludedEnvironments: [], Channels: [], TenantTags: [], Packages: [] };
  const Actions = [{ Name, IsDisabled: false, Condition: 'Success', ...lists, ...action }];
  return { Name, Condition: 'Success', StartTrigger: 'StartAfterPrevious', Properties: {}, Actions };
}

function onlyIf(expression: string): object {
  return { Condition: 'Variable', Properties: { 'Octopus.Step.ConditionVariableExpression': expression } };
}
