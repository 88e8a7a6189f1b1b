import { describe, expect, it } from 'vitest';
import { guidedFailureMode } from '../../../src/octopus/process/json.ts';
import { buildCanaryProcess, buildRunbooks } from '../../../src/octopus/process/process.ts';
import { calendarBindings } from '../../../src/octopus/process/project-variables.ts';
import { createVariables } from '../../../src/rehearsal/substitution.ts';

const gatesOf = (options: Parameters<typeof buildCanaryProcess>[0]): readonly string[] =>
  buildCanaryProcess(options).steps.flatMap((step) => (step.kind === 'manual' ? [step.instructions] : []));

const names = (options: Parameters<typeof buildCanaryProcess>[0]): string[] =>
  buildCanaryProcess(options).steps.map(({ name }) => name);

describe('buildCanaryProcess', () => {
  it('puts a manual intervention before every shift and before the promotion, and the rollback last', () => {
    expect(names({})).toEqual([
      'Prepare Blue',
      'Deploy Stack',
      'Add Test Rule',
      'Approve 10%',
      'Shift to 10%',
      'Watch at 10%',
      'Approve 50%',
      'Shift to 50%',
      'Watch at 50%',
      'Approve Promotion',
      'Promote',
      'Rollback',
    ]);
    expect(names({ weights: [2.5], testRule: false, watch: false })).toEqual([
      'Prepare Blue',
      'Deploy Stack',
      'Approve 2.5%',
      'Shift to 2.5%',
      'Approve Promotion',
      'Promote',
      'Rollback',
    ]);
  });

  it('slugs and names are unique', () => {
    const { steps } = buildCanaryProcess({ weights: [1, 10.1, 50, 99.9] });
    expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
    expect(new Set(steps.map(({ slug }) => slug)).size).toBe(steps.length);
    expect(steps.map(({ slug }) => slug)).toContain('shift-to-10-1');
  });
});

describe('the steps after Deploy Stack', () => {
  it.each([
    [{}, true],
    [{ 'Octopus.Action[Prepare Blue].Output.FirstDeployment': 'False' }, true],
    [{ 'Octopus.Action[Prepare Blue].Output.FirstDeployment': 'True' }, false],
    [{ 'Octopus.Deployment.Error': 'it failed' }, false],
    [{ 'Octopus.Deployment.Error': ' ', 'Octopus.Action[Prepare Blue].Output.FirstDeployment': 'False' }, false],
    [{ 'Octopus.Action[Prepare].Output.FirstDeployment': 'True' }, true],
  ])('with %j the steps after Deploy Stack run, whatever blanks are around the condition: %s', (entries, runs) => {
    const variables = createVariables(Object.entries(entries));
    const conditional = buildCanaryProcess().steps.slice(2, -1);
    expect(conditional).toHaveLength(9);
    for (const { condition } of conditional) {
      const expression = condition.kind === 'variable' ? condition.expression : '';
      const typed = [expression, `${expression} `, ` ${expression}`, `${expression}\r\n`, `\n\t${expression}\n`];
      expect(typed.map(variables.holds)).toEqual(typed.map(() => runs));
    }
  });

  it('the approver reads the summary before, what both answers do, and where to try the new version', () => {
    const variables = createVariables([
      ['Octopus.Release.Number', '1.2.3'],
      ['Octopus.Action[Watch at 10%].Output.Summary', '| all | well |'],
      ['Octopus.Action[Watch at 10%].Output.GreenPercent', '2.5'],
      ['Octopus.Action[Add Test Rule].Output.TestUrl', 'http://test.example/?test=true'],
    ]);
    const gate = buildCanaryProcess().steps.find(({ name }) => name === 'Approve 50%');
    const text = variables.evaluate(gate?.kind === 'manual' ? gate.instructions : '');
    expect(text).toContain('Release 1.2.3');
    expect(text).toContain('| all | well |');
    expect(text).toMatch(/\*\*Proceed\*\* sends 50% .* 50% stay on blue.*\. Green had 2\.5% before this approval\.\n/);
    expect(text).toMatch(/\*\*Abort\*\* fails this deployment.* Abort if green is worse, unless/);
    expect(text).toContain('http://test.example/?test=true');
    expect(text).not.toContain('#{');
  });

  it('where a Watch was skipped, the approver reads what the shift before it wrote', () => {
    const gate = buildCanaryProcess().steps.find(({ name }) => name === 'Approve 50%');
    const read = (...known: readonly (readonly [string, string])[]) =>
      createVariables(known.map(([name, value]) => [`Octopus.Action[${name}`, value])).evaluate(
        gate?.kind === 'manual' ? gate.instructions : '',
      ) ?? '';
    const shift = [
      ['Shift to 10%].Output.Summary', 'of the shift'],
      ['Shift to 10%].Output.GreenPercent', '10'],
    ] as const;
    const skipped = read(...shift);
    expect(skipped).toMatch(/\n\nof the shift\n\n\*\*Your decision\*\*\n\n- \*\*Proceed/);
    expect(skipped).toContain('Green had 10% before');
    const watched = read(
      ...shift,
      ['Watch at 10%].Output.Summary', '- card'],
      ['Watch at 10%].Output.GreenPercent', '0'],
    );
    expect(watched).toMatch(/\n\n- card\n\n\*\*Your decision\*\*\n\n- \*\*Proceed/);
    expect(watched).toContain('Green had 0% before');
  });

  it.each([
    [
      'Approve 50%',
      'Shift to 10%',
      /\*Shift to 10%\* moved no traffic, and green has 2\.5%\. To give green that share now, enter `\/weight 10` in the notes\.$/m,
    ],
    [
      'Approve Promotion',
      'Shift to 50%',
      /\*Shift to 50%\* moved no traffic, and green has 2\.5%\. For 50% before the promotion, abort and deploy again\.$/m,
    ],
  ])(
    '%s says that %s was skipped, what share green has, and how to give it the skipped one',
    (gate, shift, sentence) => {
      const step = buildCanaryProcess().steps.find(({ name }) => name === gate);
      const read = (repeat: string) =>
        createVariables([
          [`Octopus.Action[${shift}].Output.Summary`, 'of the shift'],
          [`Octopus.Action[${shift}].Output.GreenPercent`, '2.5'],
          [`Octopus.Action[${shift}].Output.RepeatCommand`, repeat],
        ]).evaluate(step?.kind === 'manual' ? step.instructions : '') ?? '';
      expect(read('/weight 10')).toMatch(sentence);
      expect(read('')).not.toContain('moved no traffic');
      expect(read('')).toContain('\n\nof the shift\n\n**Your decision**\n\n- **Proceed**');
    },
  );

  it('a shift without that output, as of 0.3.0, adds nothing to the next approval', () => {
    const gates = buildCanaryProcess().steps.flatMap((step) => (step.kind === 'manual' ? [step.instructions] : []));
    for (const text of gates) expect(createVariables([]).evaluate(text)).not.toContain('moved no traffic');
  });

  it.each([
    [
      'only a Guard watches, and what it does is in its log',
      {},
      /only the runbook \*Guard Canary\* watches.* read the log/,
    ],
    ['nothing watches', { guard: false }, /Meanwhile, nothing watches green\./],
  ])(
    'once green has traffic, the approver reads that the summary is not up to date, and that %s',
    (_, options, said) => {
      const gates = gatesOf(options);
      expect(gates.map((text) => said.test(text))).toEqual([false, true, true]);
      expect(gates.map((text) => text.includes('summary above stays as it was'))).toEqual([false, true, true]);
    },
  );

  it.each([{ guard: false }, { watch: false }])(
    'with %j, no approval speaks of a Guard, or of a lease that it ends',
    (options) => {
      for (const text of gatesOf(options)) expect(text).not.toMatch(/guard|\/lease/i);
      expect(gatesOf({}).join()).toMatch(/`\/lease 2h` \(a time limit for the share; Guard/);
    },
  );

  it('the approver reads which commands may stand together', () => {
    const [first, second, promotion] = gatesOf({});
    for (const text of [first, second])
      expect(text).toMatch(/Only one of these commands.* Except with `\/hold`, further/);
    expect(promotion).toMatch(/`\/override reason` also fails.* Each command needs a line of its own\.\n/);
  });

  it.each([
    ['nothing', [], /the stable one\.\n/],
    ['hours', [['AllowedHours', 'Mon-Fri 09:00-17:00']], /one\. Outside Mon-Fri 09:00-17:00 \(UTC\), it fails .*`\.\n/],
    ['freezes', [['Freezes', '2026-12-20 to 2027-01-03']], /one\. Within 2026-12-20 to 2027-01-03 \(UTC\), it fails/],
  ])('where the project sets %s, every approval says when Proceed fails', (_, set, said) => {
    const variables = createVariables([
      ['Canary.TimeZone', 'UTC'],
      ...set.map(([name, value]) => [`Canary.${name}`, value ?? ''] as const),
    ]);
    const read = gatesOf({}).map((text) => variables.evaluate(text) ?? '');
    expect(read[0]).toMatch(said);
    for (const text of read) expect(text.includes('it fails this deployment')).toBe(set.length > 0);
  });

  it('the approver reads what follows a /hold, and what share green had', () => {
    const instructions = new Map(
      buildCanaryProcess({ weights: [10, 50] }).steps.flatMap((step) =>
        step.kind === 'manual' ? [[step.name, step.instructions]] : [],
      ),
    );
    expect(instructions.get('Approve 10%')).toContain('(the next approval still asks for 50%)');
    expect(instructions.get('Approve 10%')).not.toContain('Green had');
    expect(instructions.get('Approve 50%')).toContain('(the next approval still asks for 100%)');
    const promotion = instructions.get('Approve Promotion');
    expect(promotion).toMatch(
      /sends 100% .*\. Green had .*#\{Octopus\.Action\[Watch at 50%\]\.Output\.GreenPercent\}.*% before this approval\./,
    );
    expect(promotion).not.toContain('/hold');
  });

  it('each watch names the share that the next approval asks for, and runs when its shift does', () => {
    const { steps } = buildCanaryProcess({ weights: [0.5, 50] });
    const watches = steps.filter((step) => step.kind === 'template' && step.stepId === 'watch');
    expect(watches).toMatchObject([
      { name: 'Watch at 0.5%', slug: 'watch-at-0-5', properties: { 'EcsCanary.NextPercent': '50' } },
      { name: 'Watch at 50%', slug: 'watch-at-50', properties: { 'EcsCanary.NextPercent': '100' } },
    ]);
    for (const step of watches) expect(step.condition).toEqual(steps[steps.indexOf(step) - 1]?.condition);
  });

  it('without watches the approvals show the shift before them, and nothing names a watch', () => {
    const { steps } = buildCanaryProcess({ watch: false });
    expect(JSON.stringify(steps)).not.toMatch(/watch/i);
    const gate = steps.find(({ name }) => name === 'Approve 50%');
    const text = gate?.kind === 'manual' ? gate.instructions : '';
    expect(text).toContain('#{/if}\n\n**Your decision**\n\n- **Proceed**');
    expect(text).toContain('\n\n#{Octopus.Action[Shift to 10%].Output.Summary}#{if');
    expect(text).toContain(' Green had #{Octopus.Action[Shift to 10%].Output.GreenPercent}% before this approval.#');
    expect(text).toContain(' Nothing is deleted.\n- **Notes**');
  });

  it.each([false, true])('every binding names a project variable, with an own template: %s', (ownTemplate) => {
    const { steps, projectVariables } = buildCanaryProcess({ ownTemplate });
    const known = new Set(projectVariables.map(({ name }) => name));
    const bound = steps
      .flatMap((step) => (step.kind === 'template' ? Object.values(step.properties) : []))
      .flatMap((value) => [...value.matchAll(/#\{(Canary\.[^}]+)\}/g)].map(([, name]) => name));
    expect(bound.length).toBeGreaterThan(0);
    for (const name of bound) expect(known).toContain(name);
  });
});

it('every step that gives green more traffic, and each watch before an approval, knows the hours and freezes', () => {
  const { steps } = buildCanaryProcess();
  const know = steps.filter((step) => step.kind === 'template' && 'EcsCanary.AllowedHours' in step.properties);
  expect(know.map(({ name }) => name)).toEqual([
    ...['Shift to 10%', 'Watch at 10%', 'Shift to 50%', 'Watch at 50%', 'Promote'],
  ]);
  for (const step of know) expect(step).toMatchObject({ properties: calendarBindings });
});

describe('what a person saw reaches the ledger', () => {
  const evidenceOf = (options: Parameters<typeof buildCanaryProcess>[0]) =>
    Object.fromEntries(
      buildCanaryProcess(options).steps.flatMap((step) =>
        step.kind === 'template' ? [[step.name, step.properties['EcsCanary.Evidence']]] : [],
      ),
    );

  it('from the last Watch before the approval', () => {
    const { 'Shift to 10%': first, 'Shift to 50%': second, Promote: promotion } = evidenceOf({});
    expect(first).toBeUndefined();
    expect(second).toBe('#{Octopus.Action[Watch at 10%].Output.Evidence}');
    expect(promotion).toBe('#{Octopus.Action[Watch at 50%].Output.Evidence}');
  });

  it('at a rollback from the latest Watch that ran', () => {
    const bound = evidenceOf({}).Rollback ?? '';
    const evidence = (share: number) =>
      [`Octopus.Action[Watch at ${share}%].Output.Evidence`, `{"format":${share}}`] as const;
    const evaluated = (...ran: readonly number[]) => createVariables(ran.map(evidence)).evaluate(bound);
    expect([evaluated(), evaluated(10), evaluated(10, 50)]).toEqual(['', '{"format":10}', '{"format":50}']);
  });

  it('from nowhere without Watch', () => {
    expect(Object.values(evidenceOf({ watch: false })).filter(Boolean)).toEqual([]);
  });
});

it('CloudTrail shows the deployment or the runbook run as the session of an assumed role', () => {
  const session = 'EcsCanary.AWS.AssumedRoleSession';
  const { steps } = buildCanaryProcess();
  const all = [...steps, ...buildRunbooks().flatMap((runbook) => runbook.steps)].filter(
    (step) => step.kind === 'template',
  );
  const ids = [
    ['Octopus.Deployment.Id', 'Deployments-123456789'],
    ['Octopus.RunbookRun.Id', 'RunbookRuns-123456789'],
  ] as const;
  const variables = createVariables(ids);
  const sessions = all.map(({ properties }) => variables.evaluate(properties[session] ?? ''));
  expect(new Set(sessions)).toEqual(
    new Set(['octopus-ecs-canary-Deployments-123456789', 'octopus-ecs-canary-RunbookRuns-123456789']),
  );
  for (const text of sessions) expect(text).toMatch(/^[\w+=,.@-]{2,64}$/);
});

it('a failed run of a scheduled runbook waits for nobody', () => {
  const modes = buildRunbooks().map((runbook) => [runbook.name, guidedFailureMode(runbook)]);
  expect(modes).toEqual([
    ['Roll Back Canary', 'EnvironmentDefault'],
    ['Guard Canary', 'Off'],
  ]);
});

it('Guard looks once at what the Watch steps look at, and retreats', () => {
  const [, guard] = buildRunbooks();
  const [step] = guard?.steps ?? [];
  const watch = buildCanaryProcess().steps.find(({ name }) => name === 'Watch at 10%');
  const properties = Object.entries(watch?.kind === 'template' ? watch.properties : {});
  const forGate = ['EcsCanary.NextPercent', ...Object.keys(calendarBindings)];
  const ofWatch = Object.fromEntries(properties.filter(([name]) => !forGate.includes(name)));
  expect(step).toMatchObject({ stepId: 'watch', condition: { kind: 'success' } });
  expect(step?.properties).toEqual({
    ...ofWatch,
    'EcsCanary.AWS.AssumedRoleSession': 'octopus-ecs-canary-#{Octopus.RunbookRun.Id}',
    'EcsCanary.WatchMinutes': '0',
    'EcsCanary.WhenWorse': 'Retreat',
  });
});

it.each([
  ['no Guard', { guard: false }],
  ['no Watch, whose figures Guard looks at', { watch: false }],
])('with %s, only the rollback is a runbook', (_, options) => {
  expect(buildRunbooks(options).map(({ name }) => name)).toEqual(['Roll Back Canary']);
});
