import { describe, expect, it } from 'vitest';
import { runScript } from '../../src/rehearsal/script-run.ts';
import { createVariables } from '../../src/rehearsal/substitution.ts';
import { replaceEnvironment } from '../support/environment.ts';

async function run(
  scriptBody: string,
  entries: Readonly<Record<string, string>> = {},
  onStart?: (kill: () => void) => void,
) {
  const lines: string[] = [];
  const result = await runScript({
    scriptBody,
    variables: createVariables(Object.entries(entries)),
    environment: { AWS_REGION: 'eu-west-1' },
    log: (level, text) => lines.push(`${level}: ${text}`),
    ...(onStart ? { onStart } : {}),
  });
  return { ...result, lines };
}

describe("Octopus's bash functions", () => {
  it.each([
    ['quotes', `it's "quoted" \\ and \`ticked\` $HOME $(id)`],
    ['lines', 'one\ntwo\n\nthree'],
    ['UTF-8', 'Grüße 🚀 日本'],
    ['blanks', '  two  spaces\tand * '],
    ['an asterisk', '*'],
    ['200 kB', 'x"\'y\n'.repeat(40_000)],
  ])('values with %s survive the way to the script and back', async (_what, value) => {
    const { variables, exitCode } = await run(
      'get_octopusvariable "My.Value" > in; echo "##octopus[setVariable name=\'$(encode_servicemessagevalue Back)\' value=\'$(base64 < in | tr -d "\\n")\']"',
      { 'My.Value': value },
    );
    expect(exitCode).toBe(0);
    expect(variables.get('Back')?.value).toBe(value);
  });

  it('an unknown variable yields an empty line', async () => {
    const { lines } = await run('get_octopusvariable Nothing | wc -c | tr -d " "');
    expect(lines).toEqual(['info: 1']);
  });

  it('variables are evaluated before the script sees them', async () => {
    const { lines } = await run('get_octopusvariable A', { A: '#{B}!', B: 'b' });
    expect(lines).toEqual(['info: b!']);
  });

  it('set_octopusvariable, update_progress and new_octopusartifact send service messages', async () => {
    const { variables, progress, collected } = await run(
      'set_octopusvariable One "a b"; set_octopusvariable Two secret -sensitive; update_progress 30 "on the way"; echo hi > f; new_octopusartifact "$PWD/f" report.txt',
    );
    expect(variables.get('One')).toEqual({ value: 'a b', sensitive: false });
    expect(variables.get('Two')).toEqual({ value: 'secret', sensitive: true });
    expect(progress).toEqual([{ percentage: 30, message: 'on the way' }]);
    expect(collected.get('report.txt')?.toString()).toBe('hi\n');
  });

  it('write_* print at their level, without quoting, as Octopus does', async () => {
    const { lines } = await run('write_warning "two  spaces"; write_highlight bold; write_verbose quiet; echo plain');
    expect(lines).toEqual(['warning: two spaces', 'highlight: bold', 'verbose: quiet', 'info: plain']);
  });
});

describe('a script run', () => {
  it('fail_step ends the step with its message', async () => {
    const { exitCode, resultMessage, lines } = await run('fail_step "no good"; echo unreachable');
    expect({ exitCode, resultMessage, lines }).toEqual({ exitCode: 1, resultMessage: 'no good', lines: [] });
  });

  it('a missing artifact fails the step, as with Octopus', async () => {
    const { exitCode, lines } = await run('new_octopusartifact /nowhere/at-all');
    expect(exitCode).toBe(127);
    expect(lines.join('\n')).toContain('error_exit');
  });

  it('the exit code is that of the script, and standard error becomes errors', async () => {
    const { exitCode, errors, lines } = await run('echo oops >&2; exit 7');
    expect({ exitCode, errors, lines }).toEqual({ exitCode: 7, errors: ['oops'], lines: ['error: oops'] });
  });

  it('the environment has what Octopus provides and none of our own AWS settings', async () => {
    const restore = replaceEnvironment({ AWS_PROFILE: 'mine' });
    const { lines } = await run('echo "$AWS_REGION/$AWS_PROFILE/$(get_octopusvariable x)"').finally(restore);
    expect(lines).toEqual(['info: eu-west-1//']);
  });

  it('killing takes the whole process tree at once', async () => {
    let kill = (): void => {};
    const lines: string[] = [];
    const running = runScript({
      scriptBody: "trap 'echo trapped' EXIT TERM; echo started; (sleep 600); echo never",
      variables: createVariables([]),
      environment: {},
      log: (_level, text) => {
        lines.push(text);
        kill();
      },
      onStart: (killer) => {
        kill = killer;
      },
    });
    expect((await running).exitCode).toBeUndefined();
    expect(lines).toEqual(['started']);
  });
});
