import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';

const ask = `import { askOnTerminal } from './src/cli/terminal.ts';
askOnTerminal('Proceed? ').then(console.log, (error) => console.log(error.name));`;

it.each([
  ['an answer is what the person typed', 'a\n', 'a'],
  // Ctrl-D once printed a stack trace.
  ['an input that ends instead of an answer interrupts', '', 'Interruption'],
])('%s', (_, input, said) => {
  const options = { cwd: projectDirectory, input, encoding: 'utf8' } as const;
  const printed = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', ask], options);
  expect(printed.trim().split('\n').at(-1)?.replace('Proceed? ', '')).toBe(said);
});
